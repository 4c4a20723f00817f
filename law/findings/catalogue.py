"""Every finding: its code, how much it stops, its sentence, its authority and the way out.

They stand in the order of their codes; what one code says of several situations stands together, each under a name
of its own. A word in braces is a fact, which the check names: dollars, a date, a year. When a finding applies is said
in law/checks. docs/findings.md is written from this file (script/findings).
"""

from collections.abc import Mapping
from functools import partial

from law.findings import Entry, Severity

BLOCK, ERROR, WARN, INFO = Severity.BLOCK, Severity.ERROR, Severity.WARN, Severity.INFO

_RECORD_SECTION = "Open the plan document, find the section, and record it with who verified it and when."

# --- V01-V03: what the plan's document must allow ------------------------------------------------------------

_V01 = partial(Entry, "V01", BLOCK, field="separate_accounting", authority="IRC 72(e)(8)(B), 72(d)(2)")
NO_SEPARATE_ACCOUNTING = _V01(
    "The plan does not separately account for after-tax money, so every dollar that leaves is pro-rated over the"
    " whole plan.",
    way_out="Have the plan amended before any money moves. Where a statement gives the whole plan's balance, the"
    " figures here are the whole plan's.",
)
SEPARATE_ACCOUNTING_UNVERIFIED = _V01(
    "Nobody has verified that the plan separately accounts for after-tax money and its earnings.",
    way_out=_RECORD_SECTION,
)

_V02 = partial(Entry, "V02", BLOCK, field="after_tax_contributions", authority="Plan document")
AFTER_TAX_NOT_ALLOWED = _V02(
    "The plan does not allow after-tax contributions.",
    way_out="Have the plan amended; what was put in may have to be returned.",
)
AFTER_TAX_UNVERIFIED = _V02(
    "Nobody has verified that the plan allows after-tax contributions.", way_out=_RECORD_SECTION
)

_V03 = partial(Entry, "V03", BLOCK, field="in_service_distribution", authority="Plan document")
IN_SERVICE_NOT_ALLOWED = _V03(
    "The plan does not allow after-tax money to be distributed in service.",
    way_out="Have the plan amended, or wait for a distributable event.",
)
IN_SERVICE_UNVERIFIED = _V03(
    "Nobody has verified that the plan allows after-tax money to be distributed in service.",
    way_out=_RECORD_SECTION,
)

# In place of V03 where an in-plan Roth rollover is asked for.
_IN_PLAN = partial(
    Entry, "in_plan", BLOCK, field="in_plan_roth_rollover", authority="Plan document, IRC 402A(c)(4)"
)
IN_PLAN_NOT_ALLOWED = _IN_PLAN(
    "The plan does not allow an in-plan Roth rollover.",
    way_out="Choose another way, or have the plan amended: it needs a designated Roth account too.",
)
IN_PLAN_UNVERIFIED = _IN_PLAN(
    "Nobody has verified that the plan allows an in-plan Roth rollover of after-tax money.",
    way_out=_RECORD_SECTION,
)

# --- V04-V07: what is asked for ------------------------------------------------------------------------------

_V04 = partial(Entry, "V04", BLOCK, authority="IRC 401(k)(2)(B)")
SUBACCOUNT_EMPTY = _V04(
    "The after-tax sub-account holds nothing that a letter has not already asked for; more could only come from"
    " another source of the plan.",
    field="statement",
    way_out="Enter a newer statement, or supersede the earlier letter.",
)
REQUEST_OVER_SUBACCOUNT = _V04(
    "The request is {excess} more than the after-tax sub-account holds; the rest could only come from another source of"
    " the plan.",
    field="amount",
    way_out="Ask for at most {balance}.",
)

# V05, V06 and V07 repeat what the allocation refuses (law/allocation.py), and look at the field it names.
_V05 = partial(Entry, "V05", BLOCK, authority="Notice 2014-54 III")
DESTINATIONS_DO_NOT_FIT = _V05(
    "{what_does_not_fit}", way_out="Correct the destinations until they add up to the distribution."
)

_V06 = partial(Entry, code="V06", authority="Notice 2014-54 III")
ELECTION_REFUSED = _V06(
    severity=BLOCK,
    sentence="{what_does_not_fit}",
    way_out="Leave the pretax boxes empty to have them filled, or make them add up.",
)
PAYMENT_DATE_PAST = _V06(
    severity=WARN,
    field="payment_date",
    sentence="The payment date, {payment_date}, lies before the letter's date: where the pretax money goes is chosen"
    " before it is paid.",
    way_out="Set a payment date to come. If the plan has already paid, confirm with the plan's document or a CPA.",
)

_V07 = partial(Entry, "V07", BLOCK, authority="IRC 402(c)(2)")
AFTER_TAX_NOT_ACCEPTED = _V07(
    "{what_does_not_fit}", way_out="Send that plan pretax money only, or choose an IRA."
)

# --- V08-V14: a contribution year ----------------------------------------------------------------------------

_V08 = partial(Entry, "V08", BLOCK, field="year", authority="IRC 415(d)")
LIMIT_NOT_PUBLISHED = _V08(
    "The {limit} for {year} is not published here, so nothing is computed for that year.",
    way_out="Wait for the notice that publishes it; an owner of the firm can then enter it with its source. It is"
    " never guessed.",
)

# An excess is returned out of after-tax money first; where the year has none, other sources are looked at.
_RETURN_AFTER_TAX = (
    "Return {returned} of after-tax contributions with their earnings before anything is rolled over (Rev. Proc."
    " 2021-30); confirm with the plan's document or a CPA."
)
_RETURN_OTHER_MONEY = "Correct the record, or return the excess under the plan's terms (Rev. Proc. 2021-30)."
_V09 = partial(
    Entry,
    "V09",
    ERROR,
    field="after_tax",
    sentence="Annual additions for {year} are {excess} over the dollar limit of {limit}.",
    authority="IRC 415(c)(1)(A)",
)
OVER_DOLLAR_LIMIT = _V09(way_out=_RETURN_AFTER_TAX)
OVER_DOLLAR_LIMIT_WITHOUT_AFTER_TAX = _V09(way_out=_RETURN_OTHER_MONEY)

_V10 = partial(
    Entry,
    "V10",
    ERROR,
    field="compensation",
    sentence="Annual additions for {year} are {excess} over 100% of compensation, {limit}.",
    authority="IRC 415(c)(1)(B), 415(c)(3)",
)
OVER_COMPENSATION = _V10(way_out=_RETURN_AFTER_TAX)
OVER_COMPENSATION_WITHOUT_AFTER_TAX = _V10(way_out=_RETURN_OTHER_MONEY)

_V11 = partial(Entry, code="V11")
DEFERRALS_OVER_LIMIT = _V11(
    severity=ERROR,
    field="pretax_deferrals",
    sentence="Elective deferrals for {year}, here and elsewhere, are {excess} over the limit of {limit}.",
    authority="IRC 402(g)(1), 402(g)(3)",
    way_out="Choose the plan that returns the excess, by 15 April of the next year.",
)
DEFERRALS_READ_AS_RETURNED = _V11(
    severity=WARN,
    field="deferral_reading",
    sentence="{amount} of deferrals over the limit for {year} are read as returned, and so not counted as annual"
    " additions.",
    authority="Reg. 1.402(g)-1(e), 1.415(c)-1(b)(2)(ii)(D)",
    way_out="See that they left the plan by April 15, {next_year}; confirm with the plan's document or a CPA.",
)

_V12 = partial(Entry, "V12", ERROR, field="catch_up", authority="IRC 414(v)(2), 414(v)(3), 414(v)(5)")
CATCH_UP_OVER_LIMIT = _V12(
    "Catch-up for {year} is {excess} over the {limit} allowed at age {age}.",
    way_out="Check the birth date and the year; catch-up cannot be made as after-tax money.",
)

_V13 = partial(
    Entry,
    "V13",
    WARN,
    field="catch_up",
    authority="IRC 414(v)(2)(E)",
    way_out="Correct the catch-up, or find in the plan's document that it offers the higher limit, and record it.",
)
_ABOVE_THE_LOWER = "Catch-up for {year} is {catch_up}, above the {lower} allowed from age 50. "
HIGHER_CATCH_UP_BEFORE_2025 = _V13(_ABOVE_THE_LOWER + "The higher limit at 60 to 63 begins in 2025.")
HIGHER_CATCH_UP_AT_ANOTHER_AGE = _V13(
    _ABOVE_THE_LOWER + "The higher limit is for ages 60 to 63, and the age is {age}."
)
HIGHER_CATCH_UP_NOT_OFFERED = _V13(_ABOVE_THE_LOWER + "The plan does not offer the higher limit at 60 to 63.")
HIGHER_CATCH_UP_UNVERIFIED = _V13(
    _ABOVE_THE_LOWER + "Nobody has verified that the plan offers the higher limit at 60 to 63."
)

_V14 = partial(Entry, "V14", WARN, field="roth_catch_up", authority="IRC 414(v)(7)")
CATCH_UP_NOT_ROTH = _V14(
    "{amount} of catch-up for {year} is not recorded as Roth, and wages from this employer in {last_year} were"
    " above {threshold}.",
    way_out="Have the plan make that catch-up as Roth; confirm with the plan's document or a CPA.",
)

# --- V15-V20: earnings, and where they go --------------------------------------------------------------------

_V15 = partial(
    Entry,
    "V15",
    WARN,
    field="basis",
    authority="IRC 72(e)(6)",
    way_out="Postpone until the loss is made up, or leave a residual in the sub-account; no authority confirms the"
    " carry once it is empty, so confirm it with a CPA.",
)
_LOSS = "The sub-account is worth {loss} less than its basis. A full distribution leaves that much basis unrecovered. "
LOSS_CARRIED = _V15(_LOSS + "The plan carries it to later after-tax money.")
LOSS_NOT_CARRIED = _V15(_LOSS + "The plan does not carry it to later after-tax money.")
LOSS_CARRY_UNVERIFIED = _V15(_LOSS + "How the plan carries it is not verified.")

_V16 = partial(Entry, "V16", INFO, field="way")
EARNINGS_SMALL = _V16(
    "Earnings are small, {earnings}: rolling all of the sub-account to the Roth IRA is simpler, for a small tax.",
    authority="IRC 408A(d)(3)(A)",
    way_out="Choose all to a Roth IRA, or keep the split.",
)
EARNINGS_SMALL_IN_PLAN = _V16(
    "Earnings are small, {earnings}: rolling all of the sub-account over in the plan costs a small tax.",
    authority="IRC 402A(c)(4)(A)",
    way_out="Go on, or choose a Roth IRA.",
)

_V17 = partial(Entry, "V17", WARN, field="way")
EARNINGS_MEANINGFUL = _V17(
    "Earnings of {earnings} are meaningful: {taxable} would be taxable this year if they land in the Roth IRA or are"
    " kept.",
    authority="Notice 2014-54 III, IRC 408A(d)(3)(A)",
    way_out="Split: basis to the Roth IRA, earnings to a traditional IRA; or accept the tax.",
)
EARNINGS_MEANINGFUL_IN_PLAN = _V17(
    "Earnings of {earnings} are meaningful: {taxable} would be taxable this year, for an in-plan Roth rollover cannot"
    " leave them out.",
    authority="IRC 402A(c)(4)(A)",
    way_out="Split: basis to a Roth IRA, earnings to a traditional IRA, where the plan allows a distribution in"
    " service; or accept the tax.",
)

_V18 = partial(
    Entry,
    "V18",
    WARN,
    field="way",
    authority="IRC 408(d)(2)",
    way_out="Roll pretax IRA money back into the 401(k) by 31 December, or take all to the Roth IRA.",
)
EARNINGS_BESIDE_PRETAX_IRAS = _V18(
    "{amount} of earnings would go to a traditional IRA, and the client's IRAs already hold {ira_value} of pretax"
    " money: later conversions are pro-rated over all traditional, SEP and SIMPLE IRAs."
)
EARNINGS_BEFORE_BACKDOOR = _V18(
    "{amount} of earnings would go to a traditional IRA, and the client plans basic backdoor conversions: later"
    " conversions are pro-rated over all traditional, SEP and SIMPLE IRAs."
)

_V19 = partial(Entry, "V19", WARN, field="legs", authority="IRC 3405(c), 72(t)")
PRETAX_PAID_OUT = _V19(
    "{amount} of pretax money would be paid to the participant: {withheld} is withheld, and 10% additional tax may be"
    " due.",
    way_out="Send the pretax money by direct rollover instead.",
)

_V20 = partial(
    Entry,
    "V20",
    WARN,
    field="legs",
    authority="IRC 402(c)(3)",
    way_out="Send by direct rollover what should not be kept; the 60 days run from the receipt, so note the day.",
)
_SIXTY_DAYS = (
    "{amount} would be paid to the participant: what is to be rolled over after all must arrive by {last_date}, 60 days"
    " after the payment."
)
SIXTY_DAYS_FROM_PAYMENT = _V20(_SIXTY_DAYS)
SIXTY_DAYS_AND_WITHHELD = _V20(
    _SIXTY_DAYS + " The {withheld} withheld would have to be replaced from elsewhere."
)

# --- V21-V23: what the records say ---------------------------------------------------------------------------

_V21 = partial(Entry, "V21", WARN, authority="IRC 72(e)(6)")
BASIS_OFF_RECORD = _V21(
    "The basis of {basis} is {difference} {more_or_less} than the {recorded} of after-tax contributions on record"
    " that nothing has taken out.",
    field="basis",
    way_out="Enter the missing years, or correct the basis from the recordkeeper's statement.",
)
DEPOSITED_AFTER_STATEMENT = _V21(
    "{amount} of after-tax money was deposited after the statement of {statement_date}: it is not in its figures.",
    field="statement",
    authority="IRC 72(e)(8)",
    way_out="Enter a newer statement, or leave that money for a later letter.",
)
_YEAR_BESIDE_DEPOSITS = partial(
    _V21,
    field="after_tax",
    sentence="The record of {year} says {contributions} of after-tax contributions; the deposits on record come to"
    " {deposits}.",
)
DEPOSITS_BELOW_YEAR = _YEAR_BESIDE_DEPOSITS(way_out="Add the missing deposit, or correct the year.")
DEPOSITS_ABOVE_YEAR = _YEAR_BESIDE_DEPOSITS(way_out="Correct the year.")
DEPOSITS_WITHOUT_YEAR = _V21(
    "Deposits count for {years}, of which there is no record.",
    field="after_tax",
    way_out="Add the year {year}.",
)

_V22 = partial(Entry, "V22", WARN, field="after_tax_date", authority="Reg. 1.415(c)-1(b)(6)")
DEPOSITED_LATE = _V22(
    "After-tax money for {year} was deposited on {dates}, more than 30 days after the year's end: after {last_date}.",
    way_out="It may count for {next_year} instead; confirm with the plan's document or a CPA.",
)

_V23 = partial(Entry, "V23", WARN, field="statement", authority="IRC 72(e)(8)")
STATEMENT_OLD = _V23(
    "The sub-account's value is of {statement_date}, {days} business days ago.",
    way_out="Get a newer statement; the plan computes the parts on the payment date in any case.",
)

# --- V24-V28: the participant and the plan -------------------------------------------------------------------

_V24 = partial(Entry, "V24", WARN, field="payment_date", authority="IRC 402(c)(4)(B), {authority_of_the_age}")
MINIMUM_DISTRIBUTION_YEAR = _V24(
    "The participant reaches age {age} in {first_year}, so {payment_year} is a year with a required minimum"
    " distribution: it leaves first, and it cannot be rolled over.",
    way_out="Have the year's minimum paid out before this distribution; who owns more than 5% of the business cannot"
    " put it off until retirement. Confirm the amount with the plan's document or a CPA.",
)

_V25 = partial(Entry, "V25", WARN, field="first_employee_date", authority="IRC 401(m), 29 CFR 2510.3-3")
EMPLOYEE = _V25(
    "Since {first_employee_date} the business has an employee who is no owner or spouse: after-tax contributions are"
    " tested (ACP), ERISA applies, and the plan is no one-participant plan any more.",
    way_out="Have the plan tested and its document reviewed before more after-tax money goes in; confirm with the"
    " plan's document or a CPA.",
)

# Both repeat what the page of tax forms says (law/tax_forms.py).
_V26 = partial(
    Entry,
    code="V26",
    field="assets",
    sentence="Year {assets_year}: {whether_form_5500ez_is_due}",
    authority="Instructions for Form 5500-EZ",
)
FORM_5500EZ_DUE = _V26(severity=WARN, way_out="File it, or make sure that it was filed.")
FORM_5500EZ_APPROACHING = _V26(
    severity=INFO, way_out="Look again at all the client's one-participant plans at the next year's end."
)

_V27 = partial(Entry, "V27", WARN, field="aggregated_additions")
CONTROLLED_GROUP = _V27(
    "A controlled or affiliated group shares the limit for {year}; {amount} of annual additions in its other plans"
    " are counted.",
    authority="IRC 415(f), 415(g), 414(b), (c), (m)",
    way_out="See that every plan of the group is counted; confirm with the plan's document or a CPA.",
)
OWN_403B = _V27(
    "The participant's own 403(b) shares the limit for {year}, since the participant controls this business;"
    " {amount} of its annual additions are counted.",
    authority="IRC 415(k)(4)",
    way_out="See that all that went into the 403(b) is counted; confirm with the plan's document or a CPA.",
)
AGGREGATION_NOT_ASKED = _V27(
    "Deferrals elsewhere are recorded for {year}, and nobody has asked whether that plan shares the limit of this"
    " one.",
    field="aggregation",
    authority="IRC 415(f), 415(g), 415(k)(4)",
    way_out="Ask for a controlled group and for the participant's own 403(b), and record who attested it.",
)

_V28 = partial(Entry, "V28", WARN, field="spousal_consent_required", authority="IRC 401(a)(11), 417")
SPOUSAL_CONSENT_REQUIRED = _V28(
    "The participant is married, and the plan requires the spouse's consent to the distribution.",
    way_out="Have the spouse sign the letter's consent before the plan administrator or a notary.",
)
SPOUSAL_CONSENT_UNVERIFIED = _V28(
    "The participant is married, and nobody has verified whether the plan requires the spouse's consent to the"
    " distribution.",
    way_out="Find the section and record it. A plan is exempt where the spouse gets the whole death benefit, no life"
    " annuity is chosen and no pension money came over: confirm with the plan's document or a CPA.",
)

# --- V29, V30: what the figures leave out, and what may be one distribution ----------------------------------

_V29 = partial(Entry, "V29", WARN)
PRE_1987_BASIS = _V29(
    "{amount} of the basis is from before 1987. It may come out first, free of tax, and the figures here do not say"
    " so.",
    field="pre_1987_basis",
    authority="IRC 72(e)(8)(D)",
    way_out="Work the parts out by hand: it depends on what the plan allowed on May 5, 1986. Confirm with the plan's"
    " document or a CPA.",
)
NOT_VESTED = _V29(
    "{amount} of the value is not vested. It does not count as part of the balance, and the figures here count"
    " it.",
    field="non_vested",
    authority="IRC 72(e)(8)(C)",
    way_out="Work the parts out by hand without it; confirm with the plan's document or a CPA.",
)

_V30 = partial(Entry, "V30", WARN, field="payment_date", authority="Notice 2014-54 III")
DISTRIBUTIONS_CLOSE_TOGETHER = _V30(
    "Another distribution was asked for on {asked_date}. Disbursements scheduled for the same time are one"
    " distribution.",
    way_out="Ask for both in one request, or be sure that they are scheduled apart.",
)

# --- What keeps a letter from being written ------------------------------------------------------------------

_STATEMENT = partial(Entry, "statement", BLOCK, field="statement", authority="IRC 72(e)(8)(B)")
NO_STATEMENT = _STATEMENT(
    "There is no statement of the after-tax sub-account yet, so there is nothing to distribute.",
    way_out="Enter the latest statement: its date, basis and value.",
)

_LETTER = partial(Entry, "letter", BLOCK, authority="Letter contents")
LETTER_REFUSED = _LETTER(
    "The letter cannot be written: {why}.", way_out="Correct the client's or the plan's facts that it prints."
)
LETTER_UNPRINTABLE = _LETTER(
    "The letter's font cannot print: {characters}",
    way_out="Write the name as the custodian's records spell it in Latin letters.",
)

# All of the above, in this order.
CATALOGUE: Mapping[str, Entry] = {
    name: entry for name, entry in dict(globals()).items() if isinstance(entry, Entry)
}
