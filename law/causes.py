"""Why a form that arrived differs from the form expected: box by box, to the cent, each with its likely cause."""

from dataclasses import dataclass, replace
from decimal import Decimal

from law.money import CENT, ZERO, write_dollars
from law.tax_forms import DIRECT, NAMES, Form1099R, Form5498


@dataclass(frozen=True, slots=True, kw_only=True)
class Received1099R:
    """A Form 1099-R as it arrived, in dollars; `taxable` is None where box 2a is empty, `code` is box 7."""

    gross: Decimal
    taxable: Decimal | None
    withheld: Decimal
    basis: Decimal
    code: str
    not_determined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Received5498:
    """Box 2 of a Form 5498 as it arrived, in dollars."""

    rollover: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One box: what was expected and what came, dollars or words; `difference` is received less expected."""

    number: str
    expected: Decimal | str
    received: Decimal | str
    difference: Decimal | None = None

    @property
    def agrees(self) -> bool:
        return self.expected == self.received


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why boxes likely differ, and the way out."""

    code: str
    boxes: tuple[str, ...]
    message: str
    way_out: str


_ASK_PLAN = "Ask the plan for a corrected form"


# --- Form 1099-R -------------------------------------------------------------------------------------------


def compare_boxes(*, expected: Form1099R, received: Received1099R) -> tuple[Box, ...]:
    """Return boxes 1, 2a, 2b, 4, 5 and 7 side by side; an empty box 2a counts as zero."""
    taxable = received.taxable or ZERO
    return (
        compare_amounts("1", expected.box_1_gross, received.gross),
        compare_amounts("2a", expected.box_2a_taxable, taxable),
        Box(number="2b", expected="", received="X" if received.not_determined else ""),
        compare_amounts("4", expected.box_4_withheld, received.withheld),
        compare_amounts("5", expected.box_5_basis, received.basis),
        Box(number="7", expected=expected.code, received=received.code),
    )


def compare_amounts(number: str, expected: Decimal, received: Decimal) -> Box:
    """Return one box with what was expected and what came, in dollars."""
    return Box(number=number, expected=expected, received=received, difference=received - expected)


def name_causes(*, expected: Form1099R, received: Received1099R) -> tuple[Cause, ...]:
    """Return the likely causes of every box that differs; each such box is named by one of them."""
    boxes = {box.number: box for box in compare_boxes(expected=expected, received=received) if not box.agrees}
    causes = [_name_code(expected, received)] if "7" in boxes else []
    cents = tuple(
        number for number, box in boxes.items() if box.difference is not None and abs(box.difference) == CENT
    )
    if cents:
        causes.append(
            Cause(
                code="one_cent",
                boxes=cents,
                message=f"{_list_boxes(cents)} by one cent: rounding.",
                way_out="Nothing to do: enter the figures of the form.",
            )
        )
    open_boxes = {
        number: box.difference or ZERO for number, box in boxes.items() if number not in {*cents, "7"}
    }
    for cause in _name_amounts(expected, received, dict(open_boxes)):
        named = tuple(number for number in cause.boxes if number in open_boxes)
        if named:
            causes.append(replace(cause, boxes=named))
            for number in named:
                del open_boxes[number]
    causes += [
        Cause(
            code="unexplained",
            boxes=(number,),
            message=f"Box {number} differs by {write_dollars(difference)}, and no other box explains it.",
            way_out="Compare with the plan's confirmation of the payment, and ask the plan which is right.",
        )
        for number, difference in open_boxes.items()
    ]
    return tuple(causes)


def _list_boxes(numbers: tuple[str, ...]) -> str:
    if len(numbers) == 1:
        return f"Box {numbers[0]} differs"
    return f"Boxes {', '.join(numbers[:-1])} and {numbers[-1]} differ"


def _name_code(expected: Form1099R, received: Received1099R) -> Cause:
    came = received.code
    if "H" in came or "B" in came:
        return Cause(
            code="designated_roth",
            boxes=("7",),
            message=f"Code {came} treats this as designated Roth money; the after-tax sub-account is not.",
            way_out=f"{_ASK_PLAN} with code {expected.code}.",
        )
    if expected.is_direct and came in {"1", "2", "7"}:
        return Cause(
            code="paid_out",
            boxes=("7",),
            message=f"Code {came} treats the direct rollover as paid to the participant.",
            way_out=f"{_ASK_PLAN} with code {DIRECT}; keep the custodian's receipt of the direct rollover.",
        )
    if came == DIRECT:
        return Cause(
            code="rolled_over",
            boxes=("7",),
            message="Code G treats the payment to the participant as a direct rollover.",
            way_out=f"{_ASK_PLAN} with code {expected.code}.",
        )
    if {expected.code, came} <= {"1", "2", "7"}:
        return Cause(
            code="age",
            boxes=("7",),
            message=f"Code {came} came, not {expected.code}: the plan sees another age, or an exception to the 10%.",
            way_out="Check the age on the payment date, and whether an exception of section 72(t)(2) applies.",
        )
    return Cause(
        code="other_code",
        boxes=("7",),
        message=f"Code {came} is not the code of this payment, which is {expected.code}.",
        way_out=f"{_ASK_PLAN} with code {expected.code}, or ask why it chose {came}.",
    )


def _name_amounts(expected: Form1099R, received: Received1099R, differs: dict[str, Decimal]) -> list[Cause]:
    """Return the causes that would explain the boxes that differ, the likeliest first."""
    taxable = received.taxable or ZERO
    earnings, basis = write_dollars(expected.box_2a_taxable), write_dollars(expected.box_5_basis)
    basis_agrees = "5" not in differs
    causes = []
    if received.not_determined:
        causes.append(
            Cause(
                code="not_determined",
                boxes=("2a", "2b"),
                message=f"Box 2b leaves the taxable amount undetermined; {earnings} is expected in box 2a.",
                way_out=f"Enter {earnings} as taxable, and keep the statement of the basis with the return.",
            )
        )
    if (taxable, received.basis) == (expected.box_5_basis, expected.box_2a_taxable):
        causes.append(
            Cause(
                code="swapped",
                boxes=("2a", "5"),
                message="Boxes 2a and 5 are exchanged: the basis stands as taxable, the earnings as basis.",
                way_out=f"{_ASK_PLAN}: box 2a {earnings}, box 5 {basis}.",
            )
        )
    if "1" in differs and basis_agrees and _moves_with_box_1(expected, received, differs):
        causes.append(
            Cause(
                code="payment_value",
                boxes=("1", "2a"),
                message=(
                    f"The earnings differ by {write_dollars(differs['1'])}, as box 1 does: the sub-account had"
                    " another value on the payment date."
                ),
                way_out="Enter the payment with the value just before it: the expected figures then follow it.",
            )
        )
    came_earnings = received.gross - expected.box_5_basis
    if taxable == ZERO and not expected.deferred and came_earnings > ZERO:
        causes.append(
            Cause(
                code="earnings_vanish",
                boxes=("1", "2a") if basis_agrees else ("2a",),
                message=(
                    f"Box 2a shows nothing taxable, but {write_dollars(came_earnings)} of earnings went to"
                    f" {NAMES[expected.payee]} and are taxable."
                ),
                way_out=f"{_ASK_PLAN}; line 5b has to show {write_dollars(came_earnings)} all the same.",
            )
        )
    if "2a" in differs and taxable == received.gross and expected.box_5_basis:
        causes.append(
            Cause(
                code="basis_ignored",
                boxes=("2a",),
                message=f"Box 2a is all of box 1: the basis of {basis} is ignored.",
                way_out=f"{_ASK_PLAN} with {earnings} in box 2a, or enter that as taxable with proof of the basis.",
            )
        )
    if "2a" in differs and expected.deferred:
        causes.append(
            Cause(
                code="taxed_rollover",
                boxes=("2a",),
                message=f"Box 2a taxes {write_dollars(taxable)} of a direct rollover of which {earnings} is taxable.",
                way_out=f"{_ASK_PLAN} with {earnings} in box 2a.",
            )
        )
    if "5" in differs and received.basis == ZERO:
        causes.append(
            Cause(
                code="basis_empty",
                boxes=("5",),
                message=f"Box 5 is empty, but {basis} of box 1 are after-tax contributions.",
                way_out=f"{_ASK_PLAN} with {basis} in box 5, and keep the record of the contributions.",
            )
        )
    if "4" in differs:
        causes.append(
            Cause(
                code="withholding",
                boxes=("4",),
                message=(
                    f"Box 4 shows {write_dollars(received.withheld)} withheld; 20% of the pretax part paid out is"
                    f" {write_dollars(expected.box_4_withheld)}."
                ),
                way_out="Enter what box 4 shows on line 25b, and ask the plan why it withheld another amount.",
            )
        )
    return causes


def _moves_with_box_1(expected: Form1099R, received: Received1099R, differs: dict[str, Decimal]) -> bool:
    if expected.deferred and "2a" not in differs:
        return True
    return received.not_determined or (not expected.deferred and differs.get("2a") == differs["1"])


COMBINED = Cause(
    code="combined",
    boxes=(),
    message="One combined form came for all direct rollovers. It is called correct, but tax software cannot divide it.",
    way_out="Ask the plan for separate forms, or enter it as the sheet for the combined form says.",
)
UNEXPECTED = Cause(
    code="unexpected",
    boxes=(),
    message="Nothing in this letter expects this form.",
    way_out="Look whether it belongs to another letter or another plan, or repeats a form that was entered.",
)


def miss_form_1099r(form: Form1099R) -> Cause:
    """Return what to do about a Form 1099-R that has not come."""
    return Cause(
        code="missing",
        boxes=(),
        message=f"No Form 1099-R has come for the {write_dollars(form.box_1_gross)} of {NAMES[form.payee]}.",
        way_out="Ask the plan for it: the participant's copy is due at the end of January.",
    )


# --- Form 5498 ---------------------------------------------------------------------------------------------


def miss_form_5498(form: Form5498) -> Cause:
    """Return what to do about a Form 5498 that has not come."""
    return Cause(
        code="missing",
        boxes=(),
        message=f"No Form 5498 has come for the {write_dollars(form.box_2_rollover)} in {NAMES[form.payee]}.",
        way_out="Wait: custodians send it until the end of May. Then ask the custodian.",
    )


def name_form_5498(expected: Form5498, received: Received5498) -> Cause:
    """Return the likely cause of a box 2 that differs."""
    difference = received.rollover - expected.box_2_rollover
    if abs(difference) == CENT:
        return Cause(
            code="one_cent",
            boxes=("2",),
            message="Box 2 differs by one cent: rounding.",
            way_out="Nothing to do: enter the figures of the form.",
        )
    if received.rollover == ZERO:
        return Cause(
            code="not_a_rollover",
            boxes=("2",),
            message="Box 2 shows no rollover: the custodian may have recorded a contribution or a conversion.",
            way_out=(
                f"Ask the custodian for a corrected form with {write_dollars(expected.box_2_rollover)} in box 2."
            ),
        )
    if difference > ZERO:
        return Cause(
            code="more_rolled_over",
            boxes=("2",),
            message=f"Box 2 is {write_dollars(difference)} more: another rollover of the year, or another value paid.",
            way_out="Compare with the payment, and with every other rollover of the year into this IRA.",
        )
    return Cause(
        code="less_rolled_over",
        boxes=("2",),
        message=f"Box 2 is {write_dollars(-difference)} less than what was sent.",
        way_out="Compare with the payment; if all of it was deposited, ask the custodian for a corrected form.",
    )
