"""The CPA's packet of a client and a year: all that is on record of it, gathered."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from advisors.models import Firm
from clients.models import Client, IraBalance, PlanAssets, SubaccountMovement
from clients.queries import list_ira_balances
from law.ledger import LedgerYear
from law.money import ZERO
from law.tax_forms import Lines1040
from rollovers.cases.tax_forms import TaxForms, gather_all_tax_forms
from rollovers.cpa.queries import list_letter_files, list_years
from rollovers.cpa.settlements import read_settlement, write_details, write_settlement
from rollovers.evidence.cases import read_case, read_cases
from rollovers.models import CaseEvent, Letter, Step
from rollovers.reviews.iras import IraReview, read_acceptance, review_iras
from rollovers.reviews.ledgers import LedgerReview, StatementReview, review_ledger
from rollovers.reviews.queries import PlanFacts, list_client_facts
from rollovers.reviews.years import YearReview, review_years


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFile:
    """A client's facts, judged, and letters with all that followed them: what the packets of all years are made of."""

    firm: Firm
    client: Client
    years: tuple[int, ...]
    plans: tuple[tuple[LedgerReview, tuple[YearReview, ...]], ...]
    balances: tuple[IraBalance, ...]
    letters: tuple[tuple[Letter, TaxForms], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOfYear:
    """What a year has of one plan; `assets` only of the client's own plan."""

    facts: PlanFacts
    review: YearReview | None
    row: LedgerYear | None
    movements: tuple[SubaccountMovement, ...]
    statements: tuple[StatementReview, ...]
    assets: PlanAssets | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CpaPacket:
    """All that is on record of a client's year.

    `letters` are those issued, to be paid or paid in the year, each with its tax forms; `paid` those of them that
    stand and whose payment is the year's.
    """

    firm: Firm
    client: Client
    year: int
    years: tuple[int, ...]
    plans: tuple[PlanOfYear, ...]
    iras: IraReview | None
    letters: tuple[tuple[Letter, TaxForms], ...]
    paid: tuple[tuple[Letter, TaxForms], ...]

    @property
    def is_empty(self) -> bool:
        return not (self.plans or self.iras or self.letters)

    @property
    def lines(self) -> Lines1040 | None:
        """What the year's payments bring to Form 1040, before any 60-day rollover."""
        return self.paid[0][1].lines if self.paid else None

    @property
    def rolled_over_untaxed(self) -> Decimal:
        """The pretax dollars that rollovers within the 60 days took out of line 5b."""
        settlements = [tax.expected.case.settlement for _, tax in self.paid]
        return sum(
            (read_settlement(details=event.details).untaxed for event in settlements if event),
            ZERO,
        )

    @property
    def line_5b(self) -> Decimal:
        """What the year's payments bring to line 5b, less what was rolled over untaxed within 60 days."""
        return self.lines.line_5b.amount - self.rolled_over_untaxed if self.lines else ZERO

    @property
    def evidence_count(self) -> int:
        return sum(len(letter.evidence.all()) for letter, _ in self.letters)

    @property
    def received_count(self) -> int:
        return sum(len(letter.received_forms.all()) for letter, _ in self.letters)


def open_client_file(*, firm: Firm, client: Client) -> ClientFile:
    """Return what all of a client's packets are made of, read once."""
    letters = list_letter_files(firm=firm, client=client)
    forms = gather_all_tax_forms(firm=firm, cases=read_cases(letters=letters))
    return ClientFile(
        firm=firm,
        client=client,
        years=tuple(list_years(firm=firm, client=client)),
        plans=tuple(
            (review_ledger(firm=firm, facts=facts), review_years(facts=facts))
            for facts in list_client_facts(firm=firm, client=client)
        ),
        balances=tuple(list_ira_balances(firm=firm, client=client)),
        letters=tuple((letter, forms[letter.pk]) for letter in letters),
    )


def gather_cpa_packet(*, file: ClientFile, year: int) -> CpaPacket:
    """Return what a client's file has of one year; nothing of it is judged again with what came later."""
    letters = tuple(
        (letter, tax)
        for letter, tax in file.letters
        if year in {letter.letter_date.year, letter.request.payment_date.year, tax.year}
    )
    asked_of = {letter.request.plan_id for letter, _ in letters}
    plans = [
        _take_year(file=file, ledger=ledger, years=years, year=year, asked_of=asked_of)
        for ledger, years in file.plans
    ]
    return CpaPacket(
        firm=file.firm,
        client=file.client,
        year=year,
        years=file.years,
        plans=tuple(plan for plan in plans if plan is not None),
        iras=review_iras(
            balances=file.balances,
            year=year,
            accepted=read_acceptance(plans=[ledger.facts for ledger, _ in file.plans]),
            today=datetime.date(year, 12, 31),
        )
        if any(balance.year == year for balance in file.balances)
        else None,
        letters=letters,
        paid=tuple(
            (letter, tax) for letter, tax in letters if tax.year == year and not tax.expected.case.has_ended
        ),
    )


def _take_year(
    *, file: ClientFile, ledger: LedgerReview, years: Sequence[YearReview], year: int, asked_of: set[int]
) -> PlanOfYear | None:
    """Return what a year has of one plan, None where it has nothing and no letter asks the plan for anything."""
    facts = ledger.facts
    is_own = facts.plan.client_id == file.client.pk
    taken = PlanOfYear(
        facts=facts,
        review=next((each for each in years if each.record.year == year), None),
        row=next((row for row in ledger.ledger.years if row.year == year), None),
        movements=tuple(row for row in facts.movements if year in {row.movement_date.year, row.year}),
        statements=tuple(
            sorted(
                (each for each in ledger.statements if each.row.statement_date.year == year),
                key=lambda each: each.row.statement_date,
            )
        ),
        assets=next((row for row in facts.assets if row.year == year), None) if is_own else None,
    )
    has_something = (
        taken.review or taken.movements or taken.statements or taken.assets or facts.plan.pk in asked_of
    )
    return taken if has_something else None


def name_state(*, letter: Letter) -> str:
    """Return where a letter of `list_letter_files` stands, in words."""
    return read_case(letter=letter).state.label.lower()


def write_note(*, letter: Letter, event: CaseEvent) -> str:
    """Return what was noted with a step of a letter of `list_letter_files`, in words."""
    said = write_details(details=event.details)
    if event.step == Step.SIXTY_DAY and "figures" in event.details:
        said = write_settlement(details=event.details, date=event.step_date)
        if event != read_case(letter=letter).settlement:
            said = f"Corrected by a later entry; it said: {said}"
    return "; ".join(filter(None, (event.note, said)))
