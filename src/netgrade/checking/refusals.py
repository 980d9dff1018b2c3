"""Refusals: what Keras said when a submission's own model could not be built, told as what does not fit and why.

The words come out of the sandbox, so that they explain and never decide.
"""

import re
from typing import NamedTuple

from netgrade.language import later
from netgrade.objects.base import Cause
from netgrade.phrases import caused, told


class _Refusal(NamedTuple):
    says: re.Pattern[str]
    what: str
    remedy: str


_SIZES = r"[(\[][\d, None]{1,80}[)\]]"
_SHAPES = r"(?P<has>\([\d, None]{1,80}\))"
_REFUSALS = (
    _Refusal(
        re.compile(
            r"of layer ['\"](?P<layer>[\w/.-]{1,80})['\"] is incompatible with the layer: expected "
            rf"(?:min_)?ndim=(?P<wants>\d), found ndim=\d\. Full shape received: {_SHAPES}"
        ),
        later("Layer `{layer}` reads {wants} dimensions, with the one of the batch; its input has shape {has}."),
        later("Four dimensions are images: put it before Flatten or Dense, or a Reshape before it. Two are flat: put a "
              "Flatten before it."),
    ),
    _Refusal(
        re.compile(
            r"of layer ['\"](?P<layer>[\w/.-]{1,80})['\"] is incompatible with the layer: expected axis -?\d "
            rf"of input shape to have value (?P<wants>\d+), but received input with shape {_SHAPES}"
        ),
        later("Layer `{layer}` was built for {wants} values in its last dimension; its input has shape {has}."),
        later("Use a layer once, or give every input of it the same shape."),
    ),
    _Refusal(
        re.compile(
            r"total size of the tensor must be unchanged\. Received: input_shape="
            r"(?P<has>\([\d, ]{1,60}\)), target_shape=(?P<wants>\([\d, ]{1,60}\))"
        ),
        later("Reshape: the values of shape {has} do not fit into {wants}."),
        later("The sizes of both shapes have to have the same product."),
    ),
    _Refusal(
        re.compile(
            rf"output size would be (?:zero or )?negative\. Received:? `inputs[ .]shape=(?P<has>{_SIZES})`"
            rf", `(?:kernel shape|pool_size)=(?P<wants>{_SIZES})`"
        ),
        later("A window of {wants} does not fit into an input of shape {has}."),
        later("Use a smaller window, less pooling before it, or padding='same'."),
    ),
    _Refusal(
        re.compile(rf"Inputs have incompatible shapes\. Received shapes (?P<has>{_SIZES}) and (?P<wants>{_SIZES})"),
        later("Two inputs of a merging layer have the shapes {has} and {wants}."),
        later("Bring them to one shape, with a Dense or a 1 x 1 convolution, or use Concatenate."),
    ),
    _Refusal(
        re.compile(
            r"(?P<wants>Concatenate)` layer requires inputs with matching shapes"
            r".{0,60}input_shape=(?P<has>\[[\d, ()None]{1,120}\])"
        ),
        later("{wants}: the shapes {has} differ in more than the last dimension."),
        later("Flatten both, or bring them to the same rows and columns."),
    ),
)  # fmt: skip


def explained(cause: Cause | None) -> Cause | None:
    """The cause with the layer and the shapes in plain words, where Keras named them; None for any other cause."""
    for refusal in _REFUSALS if cause else ():
        if found := refusal.says.search(cause.what[:2000] if cause else ""):
            place = cause.what.partition(": ")[0][:80] if cause else ""
            what = told("{place}: {what}", place=place, what=told(refusal.what, **found.groupdict()))
            return caused(what, refusal.remedy)
    return None
