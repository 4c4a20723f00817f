"""The vocabularies of the law and of its facts, each once: the value that is stored, and the words a page says.

A column may keep a part of a vocabulary; `choices_of` gives that part as Django's columns and forms take it.
"""

from collections.abc import Iterable
from enum import EnumType, StrEnum
from typing import Self, cast


class _VocabularyType(EnumType):
    """What every vocabulary answers about itself."""

    @property
    def choices(cls) -> list[tuple[str, str]]:
        """Each value with its label, in order."""
        return choices_of(cast("type[Word]", cls))

    @property
    def values(cls) -> list[str]:
        """Each value, in order."""
        return [value for value, _ in cls.choices]


class Word(StrEnum, metaclass=_VocabularyType):
    """One word of a vocabulary: it is its stored value, and has the label that people read."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """Return the word of `value`, which people read as `label`."""
        word = str.__new__(cls, value)
        word._value_ = value
        word.label = label
        return word


def choices_of(words: Iterable[Word]) -> list[tuple[str, str]]:
    """Return each word's value with its label, as a column or a form takes its choices."""
    return [(word.value, word.label) for word in words]


class Owner(Word):
    """How the business that sponsors the plan is taxed, which decides what compensation is."""

    SELF_EMPLOYED = "self_employed", "Self-employed (sole proprietor or partner)"
    CORPORATION = "corporation", "Corporation (W-2 wages)"


class Answer(Word):
    """What the plan's papers say of a provision."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_VERIFIED = "not_verified", "Not verified"


class DeferralReading(Word):
    """How elective deferrals over the statutory limit are read. Each is a choice that the planner states."""

    COUNTED = "counted", "Counted in full as annual additions until returned"
    CATCH_UP = "catch_up", "Taken as catch-up, as far as the age allows"
    RETURNED = "returned", "Returned by 15 April, so no annual addition"


class Aggregation(Word):
    """Whether another employer's plan shares this plan's limit under section 415(c), as somebody attested."""

    NOT_ASKED = "not_asked", "Nobody has asked yet"
    NONE = "none", "No other plan aggregates"
    CONTROLLED_GROUP = "controlled_group", "A controlled group or affiliated service group"
    OWN_403B = "own_403b", "The participant's own 403(b)"


class ProvisionKind(Word):
    """The provisions that decide whether after-tax money may leave, and how."""

    AFTER_TAX_CONTRIBUTIONS = "after_tax_contributions", "Allows after-tax contributions"
    SEPARATE_ACCOUNTING = "separate_accounting", "Separately accounts for them and their earnings"
    IN_SERVICE_DISTRIBUTION = "in_service_distribution", "Allows their in-service distribution"
    IN_PLAN_ROTH_ROLLOVER = "in_plan_roth_rollover", "Allows an in-plan Roth rollover"
    UNRECOVERED_BASIS_CARRIED = (
        "unrecovered_basis_carried",
        "Carries unrecovered basis to later after-tax money",
    )
    SPOUSAL_CONSENT_REQUIRED = "spousal_consent_required", "Requires spousal consent (QJSA)"
    HIGHER_CATCH_UP = "higher_catch_up", "Offers the higher catch-up at 60 to 63"
    IRA_ROLLOVERS_ACCEPTED = "ira_rollovers_accepted", "Accepts rollovers of pretax IRA money"
    ONE_SIGNATURE = "one_signature", "Lets one person sign once in several roles"


class LimitKind(Word):
    """The figures from law that a year needs. The values are the names of the parameter files."""

    ANNUAL_ADDITIONS = "415c_annual_additions", "Dollar limit on annual additions, 415(c)(1)(A)"
    ELECTIVE_DEFERRALS = "402g_elective_deferrals", "Limit on elective deferrals, 402(g)(1)"
    CATCH_UP_50 = "414v_catch_up_50", "Catch-up from age 50, 414(v)(2)(B)"
    CATCH_UP_60_63 = "414v_catch_up_60_63", "Catch-up at ages 60 to 63, 414(v)(2)(E)"
    ROTH_CATCH_UP_WAGES = "414v7_roth_catch_up_wages", "Wages above which catch-up must be Roth, 414(v)(7)"
    COMPENSATION = "401a17_compensation", "Limit on compensation, 401(a)(17)"
    WAGE_BASE = "ss_wage_base", "Social Security wage base"
    IRA = "ira_contributions", "IRA contributions, 219(b)(5)(A)"
    IRA_CATCH_UP_50 = "ira_catch_up_50", "IRA catch-up from age 50, 219(b)(5)(B)"


class MovementKind(Word):
    """What an entry of the after-tax ledger is."""

    CONTRIBUTION = "contribution", "After-tax contribution"
    DISTRIBUTION = "distribution", "Distribution"
    RETURNED_EXCESS = "returned_excess", "Returned excess"
    STATEMENT = "statement", "Statement"


# What can move money into or out of the sub-account; a statement only shows what is there.
RECORDED_MOVEMENTS = (MovementKind.CONTRIBUTION, MovementKind.DISTRIBUTION, MovementKind.RETURNED_EXCESS)


class Payee(Word):
    """Who receives a disbursement. The plan's own designated Roth account receives an in-plan Roth rollover."""

    ROTH_IRA = "roth_ira", "Roth IRA"
    TRADITIONAL_IRA = "traditional_ira", "Traditional IRA"
    PLAN = "plan", "Another plan"
    PARTICIPANT = "participant", "The participant"
    DESIGNATED_ROTH = "designated_roth", "The plan's designated Roth account"


class Place(Word):
    """Where money lands."""

    ROTH_IRA = "roth_ira", "Roth IRA"
    TRADITIONAL_IRA = "traditional_ira", "Traditional IRA"
    DESIGNATED_ROTH = "designated_roth", "Designated Roth account in the plan"
    STAYS = "stays", "Stays where it is"


class Way(Word):
    """What may be done with the sub-account."""

    ALL_ROTH = "all_roth", "All to a Roth IRA"
    SPLIT = "split", "Split: basis to a Roth IRA, earnings to a traditional IRA"
    OWN = "own", "Own legs"
    IN_PLAN = "in_plan", "In-plan Roth rollover: all to the plan's designated Roth account"
    PARTIAL = "partial", "A part to a Roth IRA"
    WAIT = "wait", "Wait"

    @property
    def heading(self) -> str:
        """The way's name alone, as it stands over a column of the comparison: the label up to its colon."""
        return self.label.partition(":")[0]


# The ways that a letter asks for: a part goes one of them with an amount, and waiting asks for nothing.
REQUESTED_WAYS = (Way.ALL_ROTH, Way.SPLIT, Way.OWN, Way.IN_PLAN)


class IraKind(Word):
    """The IRAs that section 408(d)(2) treats as one contract; a Roth IRA and a 401(k) plan are not among them."""

    TRADITIONAL = "traditional", "Traditional IRA"
    SEP = "sep", "SEP IRA"
    SIMPLE = "simple", "SIMPLE IRA"


class FilingStatus(Word):
    """The client's filing status on Form 1040."""

    SINGLE = "single", "Single"
    MARRIED_JOINT = "married_joint", "Married filing jointly"
    MARRIED_SEPARATE = "married_separate", "Married filing separately"
    HEAD_OF_HOUSEHOLD = "head_of_household", "Head of household"
    SURVIVING_SPOUSE = "surviving_spouse", "Qualifying surviving spouse"

    @property
    def is_married(self) -> bool:
        """Whether there is a spouse whose consent a plan may ask for."""
        return self in (FilingStatus.MARRIED_JOINT, FilingStatus.MARRIED_SEPARATE)


class FormKind(Word):
    """The information returns that follow a rollover."""

    FORM_1099R = "1099r", "Form 1099-R"
    FORM_5498 = "5498", "Form 5498"
