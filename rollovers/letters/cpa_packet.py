"""The CPA's packet of a client's year in words: what it says of a payment if the IRS asks, and its PDF."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from law.allocation import TAXED_ON_ARRIVAL
from law.money import ZERO, format_dollars, pro_rata
from law.tax_forms import CONFIRM, NAMES, Form1099R
from law.words import Payee
from rollovers.letters.after_tax_letter import ProvisionEvidence, format_date
from rollovers.letters.reports import Report, Section, Table, render_report

UNREVIEWED = "No CPA or attorney has reviewed it, and it promises no outcome."


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidDistribution:
    """A distribution that was paid: the Form 1099-R expected of each payment, and what proves it.

    `payees` name who received each form's money. `basis` and `value` are the sub-account's just before, in dollars.
    `paid` says when it was paid, and where nobody has recorded how; `election_note` where the letter's election did
    not fit it; `reported` what became of the forms that show it; `settled` what was recorded of the 60 days. `proof`
    are documents: a name, and what it is.
    """

    reference: str
    paid: str
    forms: tuple[Form1099R, ...]
    payees: tuple[str, ...]
    basis: Decimal
    value: Decimal
    separate_accounting: str
    year: int
    election_note: str
    reported: str
    settled: str
    proof: tuple[tuple[str, str], ...]

    @property
    def amount(self) -> Decimal:
        return sum((form.box_1_gross for form in self.forms), ZERO)

    @property
    def after_tax(self) -> Decimal:
        return sum((form.box_5_basis for form in self.forms), ZERO)

    @property
    def pretax(self) -> Decimal:
        return self.amount - self.after_tax


def render_cpa_pdf(*, report: Report) -> bytes:
    """Return the packet as PDF/UA-1; the same packet gives the same bytes. Raises ForbiddenFetch."""
    return render_report(report=report, template="letters/cpa_packet.html")


def answer_for_distribution(*, distribution: PaidDistribution) -> Section:
    """Return why box 2a of each payment's Form 1099-R is what it is, which form shows what, and what proves it."""
    return Section(
        title=f"Letter {distribution.reference}: distribution of {format_dollars(distribution.amount)}",
        paragraphs=tuple(
            filter(
                None,
                (
                    distribution.paid,
                    _explain_contract(distribution),
                    _explain_assignment(distribution),
                    distribution.reported,
                    distribution.settled,
                ),
            )
        ),
        facts=(
            *(
                (
                    f"{format_dollars(form.box_1_gross)} to {payee}",
                    f"{_explain_box_2a(form)} {_name_forms(form, year=distribution.year)}",
                )
                for form, payee in zip(distribution.forms, distribution.payees, strict=True)
            ),
            *((f"Proof, {name}", what) for name, what in distribution.proof),
        ),
    )


def _explain_contract(distribution: PaidDistribution) -> str:
    """Return what the money came out of, how much of it was after-tax, and why that part is not taxed."""
    said = (
        "It came out of the after-tax sub-account alone, which the plan accounts for separately"
        f" ({distribution.separate_accounting}). Section 72(d)(2) is relied on to take it as a separate contract, so no"
        " other money of the plan enters the computation."
    )
    amount, after_tax = distribution.amount, distribution.after_tax
    if not distribution.pretax and distribution.basis >= distribution.value:
        share = "It held no earnings, so all that left it was after-tax money (IRC 72(e)(6))."
    elif pro_rata(amount=amount, part=distribution.basis, whole=distribution.value) == after_tax:
        share = (
            f"The share is pro rata within it (IRC 72(e)(8)(B)): distribution {format_dollars(amount)} × basis"
            f" {format_dollars(distribution.basis)} ÷ value {format_dollars(distribution.value)} ="
            f" {format_dollars(after_tax)} after-tax, rounded once; the other {format_dollars(distribution.pretax)} is"
            " earnings."
        )
    else:
        share = (
            f"{format_dollars(after_tax)} of it was after-tax and {format_dollars(distribution.pretax)} earnings, as"
            " the forms below have it."
        )
    return (
        f"{said} {share} The after-tax part is investment in the contract, contributed from money that was taxed"
        " before, so it is not included again."
    )


def _explain_assignment(distribution: PaidDistribution) -> str:
    """Return how the pretax money of several payments was assigned among them."""
    forms = distribution.forms
    if len(forms) < 2:
        return ""
    assigned = "; ".join(
        f"{format_dollars(form.box_1_gross - form.box_5_basis)} to {NAMES[form.payee]}" for form in forms
    )
    chosen = ""
    if distribution.election_note:
        chosen = f" {distribution.election_note}"
    elif sum(form.is_direct for form in forms) > 1:
        chosen = (
            " Among several of them the recipient chooses before payment, as letter"
            f" {distribution.reference} did."
        )
    return (
        "The payments were scheduled for the same time and are one distribution (Notice 2014-54, section III). Its"
        f" pretax amount of {format_dollars(distribution.pretax)} goes to direct rollovers first.{chosen} What is"
        f" rolled over is taken to be pretax money first (IRC 402(c)(2)). Assigned: {assigned}."
    )


def _explain_box_2a(form: Form1099R) -> str:
    """Return the arithmetic of box 2a and, for what is taxable or rolled over untaxed, the section."""
    deferred = (
        f", less {format_dollars(form.deferred)} of pretax money that was rolled over directly to {NAMES[form.payee]}"
        " and is not taxed now (IRC 402(c)(1))"
        if form.deferred
        else ""
    )
    said = (
        f"Box 2a is {format_dollars(form.box_2a_taxable)}: box 1, {format_dollars(form.box_1_gross)}, less box 5,"
        f" {format_dollars(form.box_5_basis)} of after-tax contributions{deferred}."
    )
    if not form.box_2a_taxable:
        return said
    if form.payee is Payee.PARTICIPANT:
        return f"{said} It is the pretax part of what was paid to the participant (IRC 402(a))."
    section = "402A(c)(4)(A)" if form.payee is Payee.DESIGNATED_ROTH else "408A(d)(3)(A)"
    return (
        f"{said} These earnings were never taxed and landed in {NAMES[form.payee]}, so they are taxable now (IRC"
        f" {section})."
    )


def _name_forms(form: Form1099R, *, year: int) -> str:
    """Return which form shows what of one payment; a 60-day rollover lowers what a payment out brings to line 5b."""
    rolled = ", less what was rolled over untaxed within 60 days" if form.payee is Payee.PARTICIPANT else ""
    said = (
        f"The plan’s Form 1099-R for {year} should show box 1 {format_dollars(form.box_1_gross)}, box 2a"
        f" {format_dollars(form.box_2a_taxable)}, box 4 {format_dollars(form.box_4_withheld)}, box 5"
        f" {format_dollars(form.box_5_basis)} and code {form.code} in box 7; Form 1040 takes box 1 into line 5a and"
        f" box 2a into line 5b{rolled}."
    )
    if form.payee in {Payee.ROTH_IRA, Payee.TRADITIONAL_IRA}:
        said += f" Form 5498 of that IRA should include {format_dollars(form.box_1_gross)} in box 2."
    return f"{said} {CONFIRM}"


# --- What an event kept -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of what the participant was paid, in dollars: `rollovers` are to whom, pretax, after-tax.

    `untaxed` is the pretax money rolled over to where it is not taxed on arrival; `includible` that of the whole
    distribution, direct rollovers with it, which is taxed.
    """

    rollovers: tuple[tuple[Payee, Decimal, Decimal], ...]
    kept: Decimal
    includible: Decimal

    @property
    def rolled(self) -> Decimal:
        return sum((pretax + after_tax for _, pretax, after_tax in self.rollovers), ZERO)

    @property
    def untaxed(self) -> Decimal:
        return sum((pretax for to, pretax, _ in self.rollovers if to not in TAXED_ON_ARRIVAL), ZERO)


def read_settlement(*, details: Mapping[str, Any]) -> Settlement:
    """Return the settlement that an event keeps the figures of."""
    figures = details["figures"]
    return Settlement(
        rollovers=tuple(
            (Payee(leg["to"]), Decimal(leg["pretax"]), Decimal(leg["after_tax"]))
            for leg in figures["sixty_day_rollovers"]
        ),
        kept=Decimal(figures["kept"]["amount"]),
        includible=Decimal(figures["includible"]),
    )


def _write_parts(*, pretax: Decimal, after_tax: Decimal) -> str:
    parts = ((pretax, "pretax"), (after_tax, "after-tax"))
    return " and ".join(f"{format_dollars(amount)} {name}" for amount, name in parts if amount)


def write_settlement(*, details: Mapping[str, Any], date: datetime.date) -> str:
    """Return what became of what the participant was paid, where it went on `date` if it went anywhere."""
    settlement = read_settlement(details=details)
    paid = format_dollars(settlement.rolled + settlement.kept)
    taxed = f"{format_dollars(settlement.includible)} of the whole distribution is taxable"
    if not settlement.rollovers:
        return f"Of the {paid} paid to the participant nothing was rolled over (IRC 402(c)(3)); {taxed}."
    went = ", ".join(
        f"{_write_parts(pretax=pretax, after_tax=after_tax)} to {NAMES[to]}"
        for to, pretax, after_tax in settlement.rollovers
    )
    return (
        f"Of the {paid} paid to the participant {format_dollars(settlement.rolled)} was rolled over on"
        f" {format_date(date=date)} (IRC 402(c)(3)): {went}; {format_dollars(settlement.kept)} was kept; {taxed}."
    )


def write_details(*, details: Mapping[str, object]) -> str:
    """Return what JSON kept with an event, on one line: what has a name of its own elsewhere is left out."""
    return "; ".join(
        f"{name.replace('_', ' ')}: {_write_detail(value)}"
        for name, value in details.items()
        if name not in {"payment", "evidence"} and value not in (None, "", [], {})
    )


def _write_detail(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_write_detail(each)}" for name, each in value.items())
    if isinstance(value, list):
        return " | ".join(_write_detail(each) for each in value)
    return str(value)


# --- Findings and reliance, as the reviewer's page has them ---------------------------------------------

SEVERITIES = {"block": "Block", "error": "Error", "warn": "Warning", "info": "Note"}
IRS_PAGE = "the IRS.gov page “Rollovers of after-tax contributions in retirement plans”"
IRS_SENTENCE = "“you can’t take a distribution of only the after-tax amounts and leave the rest in the plan”"


def state_reliance(*, evidence: ProvisionEvidence | None) -> str:
    """Return on what a request of the sub-account alone relies, against what the IRS's own page says."""
    where = f" ({evidence.citation})" if evidence else ""
    return (
        f"Of a plan’s after-tax amounts {IRS_PAGE} says: {IRS_SENTENCE}. It does not mention section 72(d)(2) of the"
        " Internal Revenue Code, under which employee contributions and their earnings that a plan accounts for"
        f" separately may be treated as a separate contract. The plan accounts for them separately{where}. The"
        " request relies on that section: it is for basis together with its earnings, pro rata within the"
        " sub-account under section 72(e)(8)(B), and not for basis alone."
    )


def tabulate_findings(*, findings: Sequence[Mapping[str, Any]], caption: str = "") -> Table:
    """Return stored findings as a table, each with why the letter went ahead and who said so."""
    return Table(
        caption=caption,
        columns=("Finding", "What it says", "Went ahead because"),
        rows=tuple(
            (
                f"{SEVERITIES[finding['severity']]} {finding['code']}",
                f"{finding['message']} ({finding['citation']})",
                f"{finding['reason']} ({finding['acknowledged_by']})"
                if finding.get("reason")
                else "No reason is asked for.",
            )
            for finding in findings
        ),
        style="findings",
    )
