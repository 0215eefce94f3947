"""Click in French: help pages, option values and usage errors as an operator reads them."""

from collections.abc import Callable, Mapping
from gettext import gettext as _
from gettext import ngettext
from importlib import import_module
from typing import Any

import click
from click.types import OptionHelpExtra

from exam_server.domain.roles import Role

HIGHEST_PORT = 65535


class Command(click.Command):
    """A command whose help page is French."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            one, more = _("argument de trop : {args}"), _("arguments de trop : {args}")
            ctx.fail(ngettext(one, more, len(rest)).format(args=" ".join(rest)))
        return rest

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_usage(self, ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _french_help(super().get_help_option(ctx))


class Group(click.Group):
    """A group of commands; those of `lazy` are imported when they are called, so that help comes at once.

    `lazy` maps a command to the module attribute that holds it and to its line in the list.
    """

    command_class = Command

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.lazy, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module, name = self.lazy[cmd_name][0].split(":")
        found = getattr(import_module(module), name)
        if not isinstance(found, click.Command):
            raise TypeError(f"{module}:{name} is no command")
        return found

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_usage(self, ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, line) for name, (_where, line) in self.lazy.items()]
        rows += [(name, found.get_short_help_str(90)) for name, found in self.commands.items()]
        with formatter.section(_("Commandes")):
            formatter.write_dl(rows)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _french_help(super().get_help_option(ctx))


def _write_usage(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    pieces = " ".join(command.collect_usage_pieces(ctx))
    formatter.write_usage(ctx.command_path, pieces, prefix=_("Utilisation : "))


def _french_help(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = _("Montre cette aide.")
    return option


class Option(click.Option):
    """An option that says in French that it must be given."""

    def get_help_extra(self, ctx: click.Context) -> OptionHelpExtra:
        extra = super().get_help_extra(ctx)
        if "required" in extra:
            extra["required"] = _("obligatoire")
        return extra


class Whole(click.ParamType[int]):
    """A whole number between two bounds."""

    name = "N"

    def __init__(self, least: int, most: int) -> None:
        self.least = least
        self.most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            number = int(value)
        except ValueError:
            number = self.least - 1
        if not self.least <= number <= self.most:
            text = _("« {value} » n’est pas un nombre entier de {least} à {most}")
            self.fail(text.format(value=value, least=self.least, most=self.most), param, ctx)
        return number


class Positive(click.ParamType[float]):
    """A number above zero, whole or not."""

    name = "X"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            number = float(str(value).replace(",", "."))
        except ValueError:
            number = 0.0
        if not 0 < number <= 10_000:
            self.fail(_("« {value} » n’est pas un nombre entre 0 et 10 000").format(value=value), param, ctx)
        return number


class RoleName(click.ParamType[Role]):
    """A role of the staff."""

    name = "ROLE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Role:
        try:
            return Role(value)
        except ValueError:
            known = ", ".join(Role)
            self.fail(
                _("« {value} » n’est pas un rôle : {known}").format(value=value, known=known), param, ctx
            )


PORT = Whole(1, HIGHEST_PORT)


def usage_sentence(error: click.UsageError) -> str:
    """What click refuses, in one French sentence."""
    for kind, sentence in _SENTENCES:
        if isinstance(error, kind):
            return sentence(error)
    return error.format_message()


def _unknown_option(error: click.UsageError) -> str:
    return _("option inconnue : {name}").format(name=getattr(error, "option_name", ""))


def _unknown_command(error: click.UsageError) -> str:
    return _("commande inconnue : {name}").format(name=getattr(error, "command_name", ""))


def _missing(error: click.UsageError) -> str:
    return _("il manque {name}").format(name=_parameter(error))


def _bad_value(error: click.UsageError) -> str:
    return _("{name} : {what}").format(name=_parameter(error), what=error.message)


def _bad_option_usage(error: click.UsageError) -> str:
    return _("l’option {name} attend une valeur, et une seule").format(name=getattr(error, "option_name", ""))


def _parameter(error: click.UsageError) -> str:
    parameter = getattr(error, "param", None)
    if isinstance(parameter, click.Option):
        return parameter.opts[0]
    if isinstance(parameter, click.Argument):
        return parameter.make_metavar(error.ctx) if error.ctx else parameter.human_readable_name
    return str(getattr(error, "param_hint", None) or "?")


_SENTENCES: tuple[tuple[type[click.UsageError], Callable[[click.UsageError], str]], ...] = (
    (click.NoSuchOption, _unknown_option),
    (click.exceptions.NoSuchCommand, _unknown_command),
    (click.MissingParameter, _missing),
    (click.BadParameter, _bad_value),
    (click.BadOptionUsage, _bad_option_usage),
)
