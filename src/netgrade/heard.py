"""Heard: the sentences that extraction may say of a submission, by which a page says them in another language.

Most come out of the sandbox, where student code could have changed them. So only those of this list are recognised, and
what fills them stays a text; any other sentence is shown as it came.
"""

from string import Formatter

from netgrade.language import later
from netgrade.objects.base import Cause
from netgrade.phrases import Told, phrases_of, told

MOST_LETTERS = 1000
"""Longer texts are not looked at."""

SENTENCES = (
    # The whole submission
    later("Nothing was handed in."),
    later("Hand in a notebook or a Python file."),
    later("The submission could not be read: {error}"),
    later("Hand in a folder or a plain zip."),
    later("A process that the code started could not be ended."),
    later("The machine needs a person: see what runs there."),
    later("The code ran longer than the {seconds} s it may take (a timeout)."),
    later("The code used more than the {seconds} s of processor time it may take (a timeout)."),
    later("fit() returns at once here: look for an endless loop, or for training by hand."),
    later("The code printed or wrote more than {most} MB."),
    later("Print less."),
    later("The code needed more than the {most} MB of memory it may use."),
    later("Make the model or the data it builds smaller."),
    later("The program ended before all of the submission was read."),
    later("Leave out exit(), and look at the end of its output below."),
    later("The result of the submission's code could not be read ({reason})."),
    later("Return plain numbers, texts, lists and Keras models."),
    # Files beside the code
    later("{file} holds no compiled model."),
    later("Compile the model before saving it."),
    later("{file} is no .keras file that can be read: {error}"),
    later("Save it with model.save('own.keras')."),
    later("{file} holds no description of a model."),
    later("{file} belongs to no task: call it <task>.keras."),
    later("{file}: `{name}` occurs twice; the last one counts."),
    later("{file}: expected lines of the form `task: value`"),
    later("{file}: no task is called `{name}`."),
    later("training.yaml: `{name}` has no settings such as `epochs: 10`."),
    later("{file} was not read: call it {task}/drawing-1.png."),
    later("Of the {number} drawings in {task}/, the first {most} were read."),
    # Drawings
    later("{file} was not read: it is larger than {most} KB."),
    later("{file} was not read: it has {width} × {height} pixels."),
    later("{file} was not read: it is no picture with 8 bits a channel."),
    later("{file} was not read: it is no PNG that can be read ({error})."),
    later("{file} could not be decoded."),
    later("Save it with the drawing page."),
    later("A person has to look at it."),
    # Images
    later("{file}: it is larger than {most} MB."),
    later("{file}: it has {width} x {height} pixels, more than {most} million."),
    later("{file}: it has {width} x {height} pixels, and fewer than {least} on a side."),
    later("{file}: it has more than {most} million pixels."),
    later("{file}: it is no PNG or JPEG that can be read."),
    later("Save it anew as PNG."),
    later("Only {most} images of one submission are read."),
    later("stylize_{task}() returned no image for `{name}`: expected an array of numbers, found {kind}."),
    later(
        "stylize_{task}() returned no image for `{name}`: expected an image of shape (height, width, 3), found {shape}."
    ),
    later("stylize_{task}() returned no image for `{name}`: the image holds numbers that are not finite."),
    later(
        "stylize_{task}() returned no image for `{name}`: expected values from 0 to 1, or uint8; found up to {number}."
    ),
    later("Return an array as the content's: values from 0 to 1."),
    later("stylize_{task}() has to return an image."),
    later("What the code handed out as this image could not be read."),
    later("Return a plain array, or hand the image in as a file."),
    later("its images are no object"),
    later("its images have not the form that was asked for"),
    # Notebooks
    later("{file} is no notebook that can be read: {error}"),
    later("{file} has more than {most} cells and was not read."),
    later("Open it in Jupyter and save it anew."),
    later("In the notebook as handed in, cell {number} was interrupted; it was run anew."),
    later("The module {module} was not handed in; its functions did nothing here."),
    later("The cells were handed in executed in another order than written; they were run from top to bottom."),
    later("No training was reached: {error}"),
    later("Mend this cell."),
    later("The fit in {place} would have trained a model of another section, from {other}: {error}."),
    later("no cell of this section builds one"),
    later("Build the model of a section in that section."),
    later("A cell failed: {error}"),
    later("The model was fitted {number} times; the epochs add up."),
    later("{number} models were trained in this section; the last one counts."),
    later("The layer {layer} has no effect: its output is never used."),
    # Python files
    later("the submission: {error}"),
    later("Mend this line."),
    later("Mend this line; the file did not run to its end."),
    later("build_{task}() has to return a model."),
    later("build_{task}: the function takes no argument `{name}`"),
    later("Define build_{task}({arguments})."),
    later("TRAINING: `{key}` is not known and was left out."),
    later("fit was called while the model was built; it trained nothing, and TRAINING counts."),
    later("Mend the callbacks in TRAINING, and compile the model."),
    later("{place}: `{field}` is {value}, not usable: {expected}."),
    later("Mend this value."),
    # A model and its training
    later("A model of the class {kind} cannot be described; use Sequential or Functional."),
    later("A person looks at this model."),
    later("a compiled Keras model was expected, not {kind}"),
    later("the model was not compiled"),
    later("the model has {number} outputs, and compile was given {given} values for them"),
    later("Build the model with Keras's own layers and compile it."),
    later("The images given to fit could not be traced back to the data set."),
    later("The labels given to fit are not those of the data set."),
    later("Weights of classes or samples do not take part in grading."),
    later("steps_per_epoch was set; the grader's epochs go over all training images."),
    later("The order that shuffle=False kept is not followed here; the samples are shuffled."),
    later("Validated on the test set; the grader holds out training images instead."),
    later("The callback {kind} does not take part in grading."),
    later("The augmentation {name} does not take part in grading."),
    later("Trained from a tf.data pipeline: only its first batch was looked at."),
    later("The tf.data pipeline is empty."),
)  # fmt: skip

_WHOLE = frozenset(sentence for sentence in SENTENCES if "{" not in sentence)
_WITH_FIELDS = [sentence for sentence in SENTENCES if "{" in sentence]


def heard(text: str) -> str:
    """The sentence with what it is made up of, where it is one of those that are known; the text itself otherwise."""
    if text in _WHOLE:
        return told(text)
    for template in _WITH_FIELDS if len(text) <= MOST_LETTERS else ():
        if fields := _fields(text, template):
            return told(template, **{name: told(field) if field in _WHOLE else field for name, field in fields.items()})
    return text


def heard_cause(cause: Cause | None) -> Cause | None:
    """The same cause, with what its known sentences are made up of."""
    if cause is None:
        return None
    known = [text for text in map(heard, (cause.what, cause.remedy)) if isinstance(text, Told)]
    return cause.model_copy(update={"phrases": phrases_of(known)})


def _fields(text: str, template: str) -> dict[str, str] | None:
    """What stands in the fields of a template, each up to the next words of it; None where the text is none of it."""
    fields: dict[str, str] = {}
    open_field = ""
    *pieces, end = Formatter().parse(template)
    for literal, name, _, _ in [*pieces, end]:
        is_last = (literal, name) == (end[0], None)
        at = 0 if not open_field else len(text) - len(literal) if is_last else text.find(literal, 1)
        if at < bool(open_field) or not text.startswith(literal, at):
            return None
        if open_field:
            fields[open_field] = text[:at]
        text, open_field = text[at + len(literal) :], name or ""
    if open_field:
        fields[open_field] = text
    return None if (text and not open_field) or not all(fields.values()) else fields
