"""Scaffold: the first file of a new assignment, commented so that nothing has to be looked up."""

import re
from pathlib import Path

from netgrade.errors import SpecError
from netgrade.schema import MODELINE, write_schema
from netgrade.store import write_text

TEMPLATE = """\
# {id}: what is graded, and how. A mistake in this file is answered with its line and what was expected.
id: {id}
title: A title for the reports

# cifar10, mnist, fashion_mnist, or what netgrade draws itself: shapes10, clocks75 and clocks150, and moons, points of
# the plane.
dataset: cifar10
# To try things out, `lab` trains at most 10,000 images for 10 epochs, and `smoke` 500 for one. Only `full` is judged.
scale: full
language: en                 # of reports and class page: en, sv (Swedish), nl (Dutch) or de (German)
split:
  validation: 0.2            # share of the training images held out where a student does not say

# Each design is trained `first` times; while its interval holds the threshold, `step` more times, up to `most`.
seeds: {{first: 1, step: 2, most: 5, base: 2026}}

# Both can be left out. Times of hand-in come from handed_in.csv beside the submissions.
due: 2027-03-14T23:59:00Z
late: {{per_day: 0.1, days: 7}}   # each day begun takes 10 % of the points; after 7 days nothing counts

# What the code of one submission may use when it is read; nothing is trained there.
sandbox: {{wall_seconds: 300, cpu_seconds: 300, memory_mb: 4096, processes: 64, output_mb: 64}}

# Notebook headings that belong to no task: they end the section before.
closing_headings: [Extra challenge]

tasks:
  # A classifier: students write build_dense(), or call compile and fit below the heading.
  - id: dense
    title: Fully connected classifier
    kind: classifier
    points: 4
    headings: [Fully connected classifier]
    threshold: accuracy > 45 %
    partial_credit: {{zero_at: 0.30}}   # no points at 30 %, rising to all of them at the threshold
    borderline: person                # pass, fail or person, where the interval still holds the threshold
    limits:
      epochs: 50
      parameters: 20000000
      hidden_units: 4000              # of all Dense layers but the last
      only_layers: [Flatten, Dense, Activation, Dropout]

  - id: cnn
    title: Convolutional classifier
    kind: classifier
    points: 4
    headings: [CNN classifier]
    threshold: accuracy >= 62 %
    limits:
      required_layers: [Conv2D]
      forbidden_layers: [BatchNormalization]
      fewer_parameters_than: dense
    # The report then shows what each layer makes of these test images, and of the student's cnn/drawing-1.png ...
    # `sees: true` takes the image that the network is least sure about. Left out, reports are shorter.
    sees: {{images: [0, 42], drawings: true}}

  # The same network as another task's, with layers of some kinds added and nothing else changed.
  - id: dropout
    title: The same network with Dropout
    kind: classifier
    points: 2
    headings: [Dropout]
    threshold: accuracy >= 60 %
    difference: {{compared_with: cnn, may_add: [Dropout], must_add: true}}

  # A network that must not learn, on points of the plane that netgrade draws itself.
  - id: dying
    title: The dying ReLU
    kind: classifier
    points: 1
    headings: [The dying ReLU]
    dataset: moons             # the assignment's own where it is left out
    order: by_class            # of the training samples: shuffled, as_given, or one class after the other
    threshold: accuracy < 75 %
    dead_units: 0.3            # share of the units of some ReLU layer that must fire for no sample
    borderline: pass
  # A sweep: build_rates(units, rate) is called with every combination. `variants` takes a list instead of a grid;
  # without either, the models that the section fits are the variants, and there have to be `least` of them.
  - id: rates
    title: Units and dropout
    kind: sweep
    points: 3
    headings: [Search]
    dataset: fashion_mnist
    datasets: [mnist]           # every variant is trained on these as well
    factors: {{units: [64, 128], rate: [0.0, 0.2, 0.5]}}
    # variants: [{{units: 64, rate: 0.0}}, {{units: 128, rate: 0.5}}]
    # least: 9
    carry: {{best: 3, dataset: cifar10}}
    threshold: accuracy >= 86 %  # for the variant that is best by validation accuracy
    target: accuracy >= 80 %     # the table tells when each variant reached it
    limits: {{epochs: 20}}

  # A comparison: the student's answer beside what was measured; a person marks it.
  - id: compare
    title: With and without Dropout
    kind: comparison
    points: 1
    headings: [Dropout]
    models: [cnn, dropout]
    prompt: Which of the two overfits less, and how do you see it?
    answer: The one with Dropout, whose training accuracy lies closer to its test accuracy.
    rubric: ["0.5 points: names it", "0.5 points: by the figures"]

  # Drawings, confuse/drawing-1.png ..., that the network of another task takes for something else, as answers.yaml
  # says: `confuse: {{drawing-1: {{drawn: cat, taken_for: dog}}}}`. Students draw them on the page that
  # `netgrade drawing-page OUT.html` writes.
  - id: confuse
    title: Drawings that confuse the network
    kind: sees
    points: 1
    model_of: cnn
    drawings: 3
    judge: network             # or person, who then sees first whether each drawing shows what was drawn

  # A diagnosis: students build a model that shows a symptom, and it passes where this is what ails the model.
  # Without `expects`, the student names it in answers.yaml, as `ill: diverges`. The symptoms: invalid_stack, untrained,
  # diverges, identical_units, dying_relu, saturated, overfits, and underfits, below a bound for the training accuracy.
  - id: ill
    title: A network whose training diverges
    kind: diagnosis
    points: 1
    headings: [What goes wrong]
    prompt: Build two fully connected layers on images of 0 to 255, and watch the loss.
    expects: diverges
    # underfits_below: 0.5
    # given_model:             # set the model yourself, without `expects`: everyone names what ails it
    #   layers: [Flatten, {{Dense: {{units: 8, kernel_initializer: zeros}}}}, {{Dense: {{units: 10}}}}, Softmax]
    #   optimizer: {{SGD: {{learning_rate: 0.01}}}}
    #   loss: categorical_crossentropy
    #   epochs: 1
    #   batch_size: 64

  # Telling the time: the outputs state it in one of several ways, and the error is that around the dial of 12 hours.
  - id: clock
    title: Tell the time
    kind: clock
    points: 4
    headings: [Tell the time]
    dataset: clocks75                 # or clocks150, which has twice the pixels a side
    threshold: error <= 10 min
    encodings: [hour-sin-cos, hour-class minute-class]   # how the time may be stated; any way where it is left out
    partial_credit: {{zero_at: 60}}     # no points from a mean error of 60 minutes on
    borderline: person
    limits: {{epochs: 100}}

  # Questions. Most answers are compared; what is not clear, and every free text, waits for a person on the marking
  # sheet. Answers stand in answers.yaml, or in the notebook: the first “Answer:” below a heading belongs to its first
  # question, or each has a label of its own, as here: `**2B:** 608`.
  - id: parameters
    title: Parameters of a convolution
    kind: question
    points: 1
    label: 2B
    answer_type: number
    prompt: How many parameters does a Conv2D layer with 8 filters of 5x5 on 3 channels have?
    answer: 608
    tolerance: 0

  - id: time
    title: Time for an epoch
    kind: question
    points: 1
    answer_type: number
    prompt: How long does one epoch take, at 6,000 images a second?
    answer: 10
    unit: s
    units: {{seconds: 1, min: 60}}      # by what to multiply; a number without any unit goes to a person
    tolerance: 0.5

  - id: shape
    title: What the dimensions are
    kind: question
    points: 1
    headings: [Loading the dataset]
    answer_type: shape
    prompt: What is the shape of X_train, without the number of images?
    answer: [32, 32, 3]

  - id: pooled
    title: Average pooling
    kind: question
    points: 2
    answer_type: matrix               # one, or a list of them
    prompt: What does 2x2 average pooling make of [[1, 1, 0, 0], [1, 1, 0, 2]]?
    answer: [[1, 0.5]]
    partial_credit: true              # points for each right cell; without it, for all or nothing

  - id: overfits
    title: What overfitting looks like
    kind: question
    points: 1
    answer_type: choice               # `answer: [a, c]` where several are right
    prompt: How do you recognise overfitting?
    choices: {{a: The training loss rises, b: The validation loss rises while the training loss falls}}
    answer: b

  - id: axes
    title: What the dimensions mean
    kind: question
    points: 1
    answer_type: ordering             # each thing with the words that students may use for it
    prompt: What are the dimensions of X_train, in their order?
    choices:
      images: [images, samples]
      rows: [rows, height]
      columns: [columns, width]
      channels: [channels, colours]
    answer: [images, rows, columns, channels]

  - id: padding
    title: The padding that keeps the size
    kind: question
    points: 1
    answer_type: short
    prompt: Which padding of Conv2D keeps the size of the image?
    answer: same
    accepted: [zero padding, padding*same]   # `*` is any text, `#` a number
    unlisted: fail                    # or person, who then reads what is not listed

  - id: size
    title: Size after a convolution
    kind: question
    points: 1
    answer_type: formula              # right in any form that gives the same values
    prompt: How wide is the output, from the width W, the filter F, the padding P and the stride S?
    answer: (W - F + 2*P)/S + 1

  - id: why
    title: Why convolutions need fewer parameters
    kind: question
    points: 2
    answer_type: text
    prompt: Why does a convolutional network need fewer parameters than a fully connected one?
    answer: The same small filter is used at every place of the image.
    rubric: ["1 point: weights are shared between places", "1 point: a unit sees a small part of the image"]

  # Images: students hand in style/result.png ..., or define stylize_gallery(content, style) in code.
  # What no check gives points for is a person's to give. `given: {{content: images/cat.png}}` gives everyone the same.
  - id: gallery
    title: A picture in the style of another
    kind: style
    points: 4
    hand_in: [content, style, result]
    network: shapes10              # trained by netgrade; or vgg19, as Keras keeps it
    checks:
      # content_distance, style_distance, sharpness, identical, difference or size; bounds are `below:` and `above:`.
      - {{measure: style_distance, of: [result, style], relative_to: content, below: 0.8, points: 2}}
      - {{measure: size, of: [result], above: 63, points: 1}}

  # A network by hand: students write its layers into answers.yaml, each with weights, bias and activation.
  - id: xor
    title: The smallest network for XOR
    kind: byhand
    points: 2
    headings: [XOR by hand]
    prompt: Choose the weights of the smallest network that answers XOR.
    table: xor                 # and, or, xor, nand, nor, or {{inputs: [[0, 0], [0, 1]], outputs: [0, 1]}}
    output_threshold: 0.5      # an output above it stands for 1
    most_layers: 2             # with weights, the output layer among them
    most_units: 2              # in all hidden layers together
    larger_earns: 0.5          # share of the points for a right network that is larger
"""


def new_assignment(folder: Path, name: str) -> Path:
    """Write `folder/<name>/assignment.yaml`. Raises SpecError where it exists or the name cannot be used."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name):
        raise SpecError(f"`{name}` cannot name an assignment", "Use small letters, digits and hyphens: `my-lab-1`.")
    path = folder / name / "assignment.yaml"
    if path.exists():
        raise SpecError(f"{path} exists already", "Choose another name, or edit that file.")
    write_schema(folder)
    write_text(path, MODELINE + TEMPLATE.format(id=name))
    return path
