"""Templates -> code that renders pages: Jinja2, which does once, as it compiles, what each page would repeat.

A language has an environment of its own, so that the words of its messages are constants there. Figures are
milliseconds of CPU that a project's page takes more without that rule, 1.5 with all of them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from keyword import iskeyword
from operator import getitem
from typing import Any

from jinja2 import Environment, nodes, pass_eval_context
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.nodes import EvalContext
from jinja2.runtime import Macro
from jinja2.utils import missing
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

CONSTANTS = frozenset(
    (
        *("_", "asset", "field", "gettext", "href", "language", "month_name"),
        *("pgettext", "policy", "previews", "root", "site", "stop", "in_first", "first_language", "languages", "urls"),
    )
)
"""Globals that are the same on every page of a language, and functions whose value depends on nothing else."""


def escaped(value: object) -> str:
    """A value as text of HTML; what is markup stays as it is. 0.15 ms.

    MarkupSafe's own function makes an object of each of 850 texts a page, only for them to be joined to others. And few
    texts have one of the signs, for each of which html.escape makes a search and a call.
    """
    if type(value) is Markup:
        return value
    text = str(value)
    if "&" in text or "<" in text or ">" in text or '"' in text or "'" in text:
        return html.escape(text)
    return text


class Record(dict[str, Any]):
    """A dict that a template writes and sets or gives to a macro, whose values are attributes too, as of a record."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class PageMacro(Macro):
    """A macro; one that takes only what it names, and escapes, as nearly all do, is called without detours. 0.1 ms."""

    def __init__(self, *about: Any) -> None:
        """As Jinja2's compiler describes it."""
        super().__init__(*about)
        takes_more = self.catch_kwargs or self.catch_varargs or self.caller or self.explicit_caller
        self._is_plain = bool(self._default_autoescape) and not takes_more

    @pass_eval_context
    def __call__(self, *args: Any, **kwargs: Any) -> str:
        """The text that the macro writes."""
        lacking = self._argument_count - len(args)
        if not self._is_plain or lacking < 0 or (args and type(args[0]) is EvalContext):
            return super().__call__(*args, **kwargs)
        if kwargs:
            args += tuple([kwargs.pop(name, missing) for name in self.arguments[len(args) :]])
            if kwargs:
                raise TypeError(f"macro {self.name!r} takes no keyword argument {next(iter(kwargs))!r}")
        elif lacking:
            args += (missing,) * lacking
        # Markup(...) would look first whether it is given a markup.
        return str.__new__(Markup, self._func(*args))


class PageEnvironment(Environment):
    """An environment whose templates are compiled by the rules below."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template, in one dict: a page asks twenty times which of them its components lack."""
        return {**self.globals, **(d or {})}

    escaped = staticmethod(escaped)
    record = Record
    macro = PageMacro


class _Compiler(CodeGenerator):
    """Jinja2's compiler, which the rules of this module precede."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        """Compile a template."""
        super().visit_Template(_Constants(self.environment, node, self.name or "").visit(node), frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        """Write the begin of the call that makes an expression text."""
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write("environment.escaped(")
        else:
            super()._output_child_pre(node, frame, finalize)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """Write a call as Python's own, without the context: no function that templates call asks for it. 0.5 ms.

        Without a context, a macro returns markup, so this holds for templates that escape.
        """
        if not frame.eval_ctx.autoescape or forward_caller or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """Write an attribute as Python's own, which must be there: no template asks for a key so. 0.1 ms."""
        if not frame.eval_ctx.autoescape or iskeyword(node.attr):
            super().visit_Getattr(node, frame)
            return
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        """Write the definition of a macro."""
        self.write("environment.macro(environment, macro, ")
        names = tuple(argument.name for argument in macro_ref.node.args)
        self.write(f"{getattr(macro_ref.node, 'name', None)!r}, {names!r}, {macro_ref.accesses_kwargs!r}, ")
        self.write(f"{macro_ref.accesses_varargs!r}, {macro_ref.accesses_caller!r}, context.eval_ctx.autoescape)")

    def visit_Dict(self, node: nodes.Dict, frame: Frame) -> None:
        """Write a dict, which may stand for a record."""
        self.write("environment.record(")
        super().visit_Dict(node, frame)
        self.write(")")


PageEnvironment.code_generator_class = _Compiler


class _Constants(NodeTransformer):
    """Replaces what is the same on every page of a language by its value. 0.2 ms."""

    def __init__(self, environment: Environment, template: nodes.Template, name: str) -> None:
        # A template may call something of its own by such a name.
        own = {variable.name for variable in template.find_all(nodes.Name) if variable.ctx != "load"}
        self.values = {name: environment.globals[name] for name in CONSTANTS - own if name in environment.globals}
        self.is_html = name.endswith(".html")

    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> nodes.Node:
        """Replace an expression by its value where that is a text."""
        super().generic_visit(node, *args, **kwargs)
        if isinstance(node, nodes.Call | nodes.Getattr | nodes.Getitem | nodes.Name):
            try:
                value = self._value(node)
            except nodes.Impossible:
                return node
            if isinstance(value, str):
                text = nodes.Const(str(value), lineno=node.lineno)
                return nodes.MarkSafe(text, lineno=node.lineno) if isinstance(value, Markup) else text
        return node

    def visit_If(self, node: nodes.If) -> nodes.Node:
        """Decide once what no page changes, such as whether there is a column."""
        self.generic_visit(node)
        with suppress(nodes.Impossible):
            node.test = nodes.Const(bool(self._value(node.test)))
        return node

    def visit_TemplateData(self, node: nodes.TemplateData) -> nodes.TemplateData:
        """Leave out the indentation of HTML, which is for those who edit it: 1 kB of a page of 45."""
        if self.is_html:
            node.data = re.sub(" {2,}", " ", re.sub(r"\s*\n\s*", "\n", node.data))
        return node

    def _value(self, node: nodes.Node) -> Any:
        """The value of an expression of constants. Raises Impossible where it depends on the page."""
        match node:
            case nodes.Const():
                return node.value
            case nodes.MarkSafe(expr=nodes.Const() as text):
                return Markup(text.value)
            case nodes.Name(name=name) if name in self.values:
                return self.values[name]
            case nodes.Getattr(node=of, attr=name):
                return _defined(getattr, self._value(of), name)
            case nodes.Getitem(node=of, arg=key):
                return _defined(getitem, self._value(of), self._value(key))
            case nodes.Call(node=function, args=args, kwargs=[], dyn_args=None, dyn_kwargs=None):
                return self._value(function)(*map(self._value, args))
        raise nodes.Impossible


def _defined(read: Callable[[Any, Any], Any], of: Any, name: Any) -> Any:
    """What is read; where there is nothing of the name, the page that asks for it says so."""
    try:
        return read(of, name)
    except (AttributeError, LookupError, TypeError):
        raise nodes.Impossible from None
