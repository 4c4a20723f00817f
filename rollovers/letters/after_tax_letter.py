"""What a letter is: one type that can only describe the after-tax sub-account, and why one is refused.

What limits a letter to the after-tax sub-account is not a check but `AfterTaxLetter`: it has no field in which
the amount or the account of another source could travel. It is refused, with the rule named, where its own
figures do not hold together.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from typing import Any

from law.adjustment import find_absorbing, find_basis_holder
from law.allocation import WITHHOLDING_RATE
from law.dates import write_date
from law.early_age import count_age_in_months
from law.money import CENT, HIGHEST_AMOUNT, ZERO, round_to_cents
from law.words import Payee
from rollovers.letters.texts import AmountInText, LetterRefused, TextTooLong, find_amount
from rollovers.letters.wording import NO_WORDS, FirmWords

LIMITING_SENTENCE = (
    "Solely from the voluntary after-tax sub-account. No amount from elective deferral, designated Roth, "
    "employer, or rollover sources."
)
LONGEST_LINE = 120
LONGEST_TEXTS = {  # in characters; every other text is one line of LONGEST_LINE
    "administrator_address": 300,
    "custodian_address": 300,
    "disclosure": 600,
    "opening": 300,  # each has a shorter place of its own, which FirmWords keeps to
    "contact": 300,
    "closing": 300,
    "custodian_note": 300,
    "account_number": 40,
    "subaccount_number": 40,
    "reference": 40,
    "supersedes": 40,
    "requested_before": 40,
    "section": 40,
    "page": 20,
    "plan_number": 10,
    "ein": 20,
}
MOST_ADDRESS_LINES = 5
MOST_LETTERHEAD_LINES = 3
MOST_DESTINATIONS = 5
LOGO_MEDIA_TYPES = ("image/png", "image/jpeg")


class PartsDoNotSum(LetterRefused):
    """A payment's pretax and after-tax parts do not add up to its amount."""


class AmountNotInCents(LetterRefused):
    """An amount is negative, not a number, or finer than a cent."""


class NoDestinations(LetterRefused):
    """A distribution needs at least one payee."""


class TooManyDestinations(LetterRefused):
    """More payees than a letter of two pages can name."""


class SeveralParticipantPayments(LetterRefused):
    """What is paid to the participant is one payment."""


class ParticipantPaymentToAnother(LetterRefused):
    """A payment to the participant names another payee."""


class DestinationsExceedSubaccount(LetterRefused):
    """The payments would take more than the sub-account holds, so another source would have to pay."""


class DestinationsLessThanWhole(LetterRefused):
    """The letter says 100% of the sub-account, and its payments do not."""


class AfterTaxExceedsBasis(LetterRefused):
    """The payments carry more after-tax money than the sub-account's basis."""


class PretaxExceedsEarnings(LetterRefused):
    """The payments carry more pretax money than the sub-account's earnings."""


class IncludibleExceedsPretax(LetterRefused):
    """More is said to be taxable than the distribution's pretax amount."""


class WithholdingMisstated(LetterRefused):
    """Withholding is 20% of the pretax part of what is paid to the participant, and nothing else."""


class DesignatedRothNotAlone(LetterRefused):
    """An in-plan Roth rollover is one movement inside the plan: no other payment goes with it."""


class InPlanRothNotCited(LetterRefused):
    """An in-plan Roth rollover rests on the plan's provision for it, which the letter must cite."""


class SsnNotMasked(LetterRefused):
    """Only the last four digits of a social security number may be printed."""


class LogoNotAccepted(LetterRefused):
    """A logo is a PNG or a JPEG, carried in memory."""


class CharactersNotInFont(LetterRefused):
    """A text has characters the letter's font cannot print."""


class LetterTooLong(LetterRefused):
    """The letter does not fit on two pages."""


class ForbiddenFetch(LetterRefused):
    """Rendering asked for something that is neither the font nor the firm's logo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """The firm that prepared the letter, as it heads the page."""

    firm_name: str
    address_lines: tuple[str, ...] = ()
    phone: str = ""
    disclosure: str = ""
    logo: bytes | None = None
    logo_media_type: str = ""

    def __post_init__(self) -> None:
        if len(self.address_lines) > MOST_LETTERHEAD_LINES:
            raise TextTooLong(f"address_lines: at most {MOST_LETTERHEAD_LINES} lines")
        if self.logo is not None and self.logo_media_type not in LOGO_MEDIA_TYPES:
            raise LogoNotAccepted(f"logo_media_type: {self.logo_media_type!r} is not a PNG or a JPEG")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionEvidence:
    """Where the plan's papers say so, and who read it there."""

    document: str
    section: str = ""
    page: str = ""
    verified_by: str = ""
    verified_date: datetime.date | None = None

    @property
    def citation(self) -> str:
        """The document, section and page, as in "Adoption Agreement, section 6.2, page 14"."""
        parts = [self.document]
        if self.section:
            named = self.section.lower().startswith(
                ("section", "sec.", "article", "art.", "part", "item", "§")
            )
            parts.append(self.section if named else f"section {self.section}")
        if self.page:
            parts.append(self.page if self.page.lower().startswith("p") else f"page {self.page}")
        return ", ".join(parts)

    @property
    def reading(self) -> str:
        """Who read the provision and when, or "" where that is not recorded."""
        if not self.verified_by or self.verified_date is None:
            return ""
        return f"read by {self.verified_by} on {write_date(self.verified_date)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """One payee of the distribution, in dollars: `amount` is `pretax` (earnings) plus `after_tax` (basis)."""

    payee: str
    account_title: str = ""
    account_number: str = ""
    kind: Payee
    amount: Decimal
    pretax: Decimal
    after_tax: Decimal

    def __post_init__(self) -> None:
        for name in ("amount", "pretax", "after_tax"):
            _require_cents(name=name, amount=getattr(self, name))
        if self.amount == 0:
            raise AmountNotInCents("amount: a payment is more than zero")
        if self.pretax + self.after_tax != self.amount:
            raise PartsDoNotSum(f"{self.pretax} pretax and {self.after_tax} after-tax are not {self.amount}")

    @property
    def is_direct(self) -> bool:
        """Whether it is a direct rollover, and not a payment to the participant."""
        return self.kind != Payee.PARTICIPANT

    @property
    def is_roth_ira(self) -> bool:
        return self.kind == Payee.ROTH_IRA

    @property
    def stays_in_plan(self) -> bool:
        """Whether it is an in-plan Roth rollover, for which nothing leaves the plan (section 402A(c)(4))."""
        return self.kind == Payee.DESIGNATED_ROTH


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterTaxLetter:
    """A request to pay out the after-tax sub-account, or a fixed amount of it, and nothing else.

    `basis` and `value` are the sub-account's own on `statement_date`, less what the letters `requested_before`
    have already asked for and that statement does not yet show; addresses are lines of text.
    `covers_whole` asks for 100% of it, whatever it is worth on `payment_date`. `one_signature` is true where the
    plan's papers let one person sign once in several roles; `wording` holds the firm's own words.
    """

    reference: str
    letter_date: datetime.date
    payment_date: datetime.date
    letterhead: Letterhead
    prepared_by: str
    administrator_name: str
    administrator_address: str = ""
    custodian_name: str
    custodian_address: str = ""
    trustee_name: str
    plan_name: str
    plan_number: str
    ein: str
    participant_name: str
    ssn_last_four: str = ""
    birth_date: datetime.date
    subaccount_title: str
    subaccount_number: str
    contribution_years: tuple[int, ...]
    in_service: ProvisionEvidence
    separate_accounting: ProvisionEvidence
    statement_date: datetime.date
    statement_document: str
    basis: Decimal
    value: Decimal
    covers_whole: bool
    destinations: tuple[Destination, ...]
    withholding: Decimal
    includible: Decimal
    spousal_consent_required: bool
    is_sample: bool
    supersedes: str = ""
    requested_before: tuple[str, ...] = ()
    in_plan_roth: ProvisionEvidence | None = None
    one_signature: bool = False
    wording: FirmWords = NO_WORDS

    def __post_init__(self) -> None:
        for name in ("basis", "value", "withholding", "includible"):
            _require_cents(name=name, amount=getattr(self, name))
        if self.ssn_last_four and not (
            len(self.ssn_last_four) == 4 and self.ssn_last_four.isascii() and self.ssn_last_four.isdigit()
        ):
            raise SsnNotMasked("ssn_last_four: four digits, or nothing")
        self._require_sound_destinations()
        _require_sound_texts(letter=self)

    def _require_sound_destinations(self) -> None:
        if not self.destinations:
            raise NoDestinations("destinations: name at least one payee")
        if len(self.destinations) > MOST_DESTINATIONS:
            raise TooManyDestinations(f"destinations: at most {MOST_DESTINATIONS}")
        paid = [leg for leg in self.destinations if not leg.is_direct]
        if len(paid) > 1:
            raise SeveralParticipantPayments("destinations: one payment to the participant, not several")
        if any(leg.payee not in ("", self.participant_name) for leg in paid):
            raise ParticipantPaymentToAnother(
                "destinations: what is paid to the participant names another payee"
            )
        if any(leg.stays_in_plan for leg in self.destinations):
            if len(self.destinations) > 1:
                raise DesignatedRothNotAlone(
                    "destinations: an in-plan Roth rollover goes with no other payment"
                )
            if self.in_plan_roth is None or not self.in_plan_roth.document:
                raise InPlanRothNotCited("in_plan_roth: cite the plan's provision for in-plan Roth rollovers")
        if self.distribution > self.value:
            raise DestinationsExceedSubaccount(
                f"{self.distribution} is more than the sub-account's {self.value}"
            )
        if self.covers_whole and self.distribution != self.value:
            raise DestinationsLessThanWhole(
                f"{self.distribution} is not the sub-account's whole {self.value}"
            )
        if self.after_tax > self.basis:
            raise AfterTaxExceedsBasis(f"{self.after_tax} is more than the sub-account's basis {self.basis}")
        if self.pretax > self.earnings:
            raise PretaxExceedsEarnings(
                f"{self.pretax} is more than the sub-account's earnings {self.earnings}"
            )
        if self.includible > self.pretax:
            raise IncludibleExceedsPretax(f"{self.includible} is more than the pretax amount {self.pretax}")
        taxed = sum((leg.pretax for leg in paid), ZERO) * WITHHOLDING_RATE
        if self.withholding != round_to_cents(taxed):
            raise WithholdingMisstated(
                f"{self.withholding} is not 20% of the pretax part paid to the participant"
            )

    @property
    def earnings(self) -> Decimal:
        """What the sub-account is worth above its basis; zero at a loss."""
        return max(self.value - self.basis, ZERO)

    @property
    def loss(self) -> Decimal:
        """By how much the sub-account's value is below its basis; zero at a gain."""
        return max(self.basis - self.value, ZERO)

    @property
    def distribution(self) -> Decimal:
        """All that leaves the plan under this letter."""
        return sum((leg.amount for leg in self.destinations), ZERO)

    @property
    def pretax(self) -> Decimal:
        """The distribution's share of the sub-account's earnings."""
        return sum((leg.pretax for leg in self.destinations), ZERO)

    @property
    def after_tax(self) -> Decimal:
        """The distribution's share of the sub-account's basis."""
        return sum((leg.after_tax for leg in self.destinations), ZERO)

    @property
    def remaining_basis(self) -> Decimal:
        """The basis that stays behind; after a payout of everything, the unrecovered basis."""
        return self.basis - self.after_tax

    @property
    def direct_rollovers(self) -> tuple[Destination, ...]:
        """The payments that do not go to the participant."""
        return tuple(leg for leg in self.destinations if leg.is_direct)

    @property
    def is_in_plan(self) -> bool:
        """Whether the request is an in-plan Roth rollover: nothing leaves the plan."""
        return self.destinations[0].stays_in_plan

    @property
    def absorbing(self) -> Destination:
        """The payment that takes the difference between the statement's and the payment date's figures."""
        return find_absorbing(legs=self.destinations)

    @property
    def basis_holder(self) -> Destination | None:
        """The payment that changes the other way, if there is one."""
        return find_basis_holder(legs=self.destinations)

    @property
    def age_in_months(self) -> int:
        """The participant's age in whole months on the payment date."""
        return count_age_in_months(birth_date=self.birth_date, on_date=self.payment_date)


def format_years(*, years: tuple[int, ...]) -> str:
    """Return tax years as the letter writes them, runs joined, as in 2019, 2021\N{EN DASH}2023."""
    runs: list[list[int]] = []
    for year in sorted(set(years)):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]}\N{EN DASH}{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _require_cents(*, name: str, amount: Decimal) -> None:
    if not amount.is_finite() or not 0 <= amount <= HIGHEST_AMOUNT or amount != amount.quantize(CENT):
        raise AmountNotInCents(f"{name}: {amount} is not an amount in dollars and cents")


def _require_sound_texts(*, letter: AfterTaxLetter) -> None:
    for name, text in walk_texts(node=letter):
        longest = LONGEST_TEXTS.get(name, LONGEST_LINE)
        if len(text) > longest:
            raise TextTooLong(f"{name}: at most {longest} characters")
        amount = find_amount(text=text, field=name)
        if amount:
            raise AmountInText(field=name, amount=amount)


def walk_texts(*, node: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text below `node`, a dataclass of a letter, with the name of its field."""
    if isinstance(node, str):
        yield name, node
    elif isinstance(node, tuple):
        for item in node:
            yield from walk_texts(node=item, name=name)
    elif is_dataclass(node):
        for field in fields(node):
            yield from walk_texts(node=getattr(node, field.name), name=field.name)
