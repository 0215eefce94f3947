"""Results computed again from a bundle's own log and bank, and compared with those that were signed."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from exam_server.exports import bundle as format_
from exam_server.exports.bundle import Bundle
from exam_server.exports.verification_steps import BundleRefused, CannotFollow, CannotRecompute, Place, Step
from exam_server.signing.canonical import JSON, canonical
from exam_server.signing.wording import N_, Wording, shown

Recompute: TypeAlias = Callable[[Bundle], Mapping[str, JSON]]


def check_results(bundle: Bundle, recompute: Recompute | None) -> tuple[Wording, bool]:
    """What was recomputed equals what was signed; also said when it was not done, and why."""
    if recompute is None:
        return N_("recalcul non demandé"), False
    where = Place(format_.RESULTS_FILE)
    try:
        again = {name: (value, canonical(value)) for name, value in recompute(bundle).items()}
    except CannotRecompute as error:
        if bundle.erased:
            return N_("recalcul impossible ; contenus effacés : {count}", count=len(bundle.erased)), False
        raise BundleRefused(Step.RESULTS, where, N_("le recalcul n’est pas possible")) from error
    except CannotFollow as error:
        raise BundleRefused(Step.RESULTS, where, error.what) from error
    except Exception as error:
        # The caller’s rules, over facts that only their signer vouches for: they may fail in any way.
        what = N_(
            "le journal ne se laisse pas recalculer ({kind} : {detail})",
            kind=type(error).__name__,
            detail=shown(str(error)),
        )
        raise BundleRefused(Step.RESULTS, where, what) from error
    for name, (value, octets) in again.items():
        signed = bundle.results.get(name)
        if name not in bundle.results or canonical(signed) != octets:
            path = f"$.{name}{_first_difference(signed, value)}"
            what = N_("la valeur signée n’est pas celle que donnent le journal et la banque")
            raise BundleRefused(Step.RESULTS, Place(format_.RESULTS_FILE, path=path), what)
    return N_("{names} : identiques à ceux qui ont été signés", names=", ".join(sorted(again))), True


def _first_difference(signed: JSON, again: JSON) -> str:
    if isinstance(signed, dict) and isinstance(again, dict):
        for key in sorted(signed.keys() | again.keys()):
            if signed.get(key) != again.get(key) or (key in signed) != (key in again):
                return f".{key}{_first_difference(signed.get(key), again.get(key))}"
    if isinstance(signed, list) and isinstance(again, list):
        for index, (left, right) in enumerate(zip(signed, again, strict=False)):
            if left != right:
                return f"[{index}]{_first_difference(left, right)}"
        if len(signed) != len(again):
            return f"[{min(len(signed), len(again))}]"
    return ""
