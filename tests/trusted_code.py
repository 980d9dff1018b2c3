"""Finds, in code and templates that run outside the sandbox, what could execute or unpickle a student's data."""

import ast
import builtins
import re
from collections.abc import Iterator
from typing import NamedTuple

from jinja2 import Environment, nodes

MODULES = {
    "_pickle", "cPickle", "cloudpickle", "code", "codeop", "dill", "h5py", "imp", "IPython", "joblib", "marshal",
    "nbclient", "nbconvert", "nbformat", "pickle", "pkgutil", "pydoc", "runpy", "shelve", "tarfile", "torch",
}  # fmt: skip
"""Modules that load objects, run code, or read what is read in the sandbox alone. Their parts count as well."""

BUILTINS = {"__import__", "breakpoint", "compile", "eval", "exec"}

NAMES = {
    "importlib.import_module", "importlib.machinery", "importlib.reload", "importlib.util", "jinja2.Template",
    "keras.models", "keras.saving", "markupsafe.Markup", "numpy.fromfile", "operator.attrgetter",
    "operator.methodcaller", "os.popen", "os.system", "pandas.read_hdf", "pandas.read_pickle", "PIL.Image.open",
    "shutil.unpack_archive", "sys.modules", "sys.path", "tempfile.mktemp", "tensorflow.keras",
    "tensorflow.saved_model", "yaml.FullLoader", "yaml.Loader", "yaml.UnsafeLoader", "yaml.full_load",
    "yaml.full_load_all", "yaml.load_all", "yaml.unsafe_load", "yaml.unsafe_load_all",
}  # fmt: skip
"""By their full names, however they were imported. Their parts count as well."""

PREFIXES = ("os.exec", "os.spawn", "os.posix_spawn")

METHODS = {
    "custom_object_scope", "deserialize", "deserialize_keras_object", "enable_unsafe_deserialization", "extract",
    "extractall", "from_config", "from_string", "Lambda", "load_model", "load_weights", "model_from_config",
    "model_from_json", "model_from_yaml", "register_keras_serializable", "TFSMLayer", "TorchModuleWrapper",
}  # fmt: skip
"""Whatever they belong to, because a walk over the text does not know of what kind an object is."""

READERS = {"json.load", "json.loads", "yaml.load", "yaml.safe_load", "yaml.safe_load_all", "zipfile.ZipFile"}
"""Safe, but without limits: what students wrote is read by `untrusted.py` alone."""

SAFE_LOADERS = {"yaml.SafeLoader", "yaml.CSafeLoader"}

FILTERS = {"data_table", "data_uri", "length"}
"""What templates use. None of them marks a text as safe."""

DIRECTIVES = "rule|checkpoint|localrules|wildcard_constraints|configfile|container|include|onsuccess|onerror"
"""What starts a block of a Snakefile that is not Python."""


class Finding(NamedTuple):
    """Something dangerous: the innermost function it stands in, or nothing, and its name."""

    function: str
    name: str


def in_python(source: str) -> set[Finding]:
    """Everything dangerous in a module."""
    tree = ast.parse(source)
    imported = _imported(tree)
    return {Finding(function, name) for function, node in _nodes(tree, "") for name in _names(node, imported)}


def _nodes(node: ast.AST, function: str) -> Iterator[tuple[str, ast.AST]]:
    """All nodes with the function each stands in."""
    for child in ast.iter_child_nodes(node):
        yield function, child
        inside = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
        yield from _nodes(child, inside)


def _imported(tree: ast.AST) -> dict[str, str]:
    """What each imported name stands for."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {a.asname or a.name.partition(".")[0]: a.name if a.asname else a.name.partition(".")[0]
                      for a in node.names}  # fmt: skip
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _full_name(node: ast.AST, imported: dict[str, str]) -> str:
    """`numpy.load` for `np.load`, `eval` for itself; what starts with a dot belongs to something unknown."""
    if isinstance(node, ast.Name):
        known = node.id if hasattr(builtins, node.id) else f".{node.id}"
        return imported.get(node.id, known).removeprefix("builtins.")
    if isinstance(node, ast.Attribute):
        return f"{_full_name(node.value, imported)}.{node.attr}".removeprefix("builtins.")
    return ""


def _names(node: ast.AST, imported: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if _is_dangerous(alias.name))
    elif isinstance(node, ast.ImportFrom) and not (node.module or "").startswith("netgrade"):
        yield from (n for n in (f"{node.module}.{a.name}" for a in node.names) if _is_dangerous(n) or n[-2:] == ".*")
    elif isinstance(node, ast.Name | ast.Attribute):
        name = _full_name(node, imported)
        if _is_dangerous(name) or (isinstance(node, ast.Attribute) and name.rpartition(".")[2] in METHODS):
            yield name
    elif isinstance(node, ast.Call):
        yield from _in_call(node, _full_name(node.func, imported), imported)


def _is_dangerous(name: str) -> bool:
    parts = name.split(".")
    if name in BUILTINS or parts[0] in MODULES or name.startswith(PREFIXES):
        return True
    if parts[0] in ("keras", "tensorflow") and parts[-1] in METHODS:
        return True
    return any(".".join(parts[:end]) in NAMES for end in range(1, len(parts) + 1))


def _in_call(call: ast.Call, name: str, imported: dict[str, str]) -> Iterator[str]:
    given = {k.arg: k.value.value if isinstance(k.value, ast.Constant) else ... for k in call.keywords}
    if name == "yaml.load" and _loader(call, imported) not in SAFE_LOADERS:
        yield "yaml.load without SafeLoader"
    elif name in READERS:
        yield name
    if name == "numpy.load" and given.get("allow_pickle") is not False:
        yield "numpy.load without allow_pickle=False"
    if given.get("shell", False) is not False:
        yield "shell=True"
    if name == "jinja2.Environment" and given.get("autoescape") is not True:
        yield "jinja2.Environment without autoescape"
    if name in ("weasyprint.HTML", "weasyprint.CSS") and "url_fetcher" not in given:
        yield f"{name} without url_fetcher"
    if name == "getattr" and not (len(call.args) > 1 and isinstance(call.args[1], ast.Constant)):
        yield "getattr by a name that is data"
    if re.fullmatch(r"keras\..*\bget", name):
        yield name


def _loader(call: ast.Call, imported: dict[str, str]) -> str:
    given = call.args[1:2] + [k.value for k in call.keywords if k.arg == "Loader"]
    return _full_name(given[0], imported) if given else ""


def in_template(source: str) -> set[str]:
    """Every filter of a template that is not known to be harmless, and every piece of markup that runs or loads."""
    tree = Environment(autoescape=True, extensions=["jinja2.ext.do"]).parse(source)
    filters = {f"|{node.name}" for node in tree.find_all(nodes.Filter) if node.name not in FILTERS}
    escaping = {"autoescape" for _ in tree.find_all(nodes.ScopedEvalContextModifier)}
    statements = {"do" for _ in tree.find_all(nodes.ExprStmt)}
    markup = {found.lower() for found in re.findall(r"(?i)<(?:script|iframe|object|embed|link|base|form)\b", source)}
    bare = {found.strip() for found in re.findall(r"\s[\w-]+=\{\{", source)}
    handlers = {found.strip() for found in re.findall(r"\s(?:on\w+|style|srcdoc)=", source)}
    return filters | escaping | statements | markup | bare | handlers


def in_workflow(source: str) -> set[Finding]:
    """Everything dangerous in a Snakefile: in its Python, and rules that do more than start a command."""
    directive = re.compile(rf"^(?:{DIRECTIVES})\b.*\n(?:[ \t]+.*\n|\n)*", re.MULTILINE)
    rules = "".join(directive.findall(source))
    own_code = re.findall(r"^\s+(run|script|notebook|wrapper|cwl):", rules, re.MULTILINE)
    named = [word for word in BUILTINS if re.search(rf"\b{word}\(", rules)]
    return in_python(directive.sub("", source)) | {Finding("", name) for name in (*own_code, *named)}
