"""What a person types into each form of facts: right, but for what a test wants otherwise."""

from law.words import ProvisionKind

AMOUNTS_OF_A_YEAR = [
    "net_profit",
    "other_social_security_wages",
    "pretax_deferrals",
    "roth_deferrals",
    "catch_up",
    "employer",
    "after_tax",
    "forfeitures",
    "deferrals_elsewhere",
]


def type_client(**typed: str) -> dict[str, str]:
    return {
        "legal_name": "Imogen Tate",
        "birth_date": "02/03/1971",
        "ssn_last_four": "4821",
        "filing_status": "married_joint",
        "federal_rate": "24",
        "state_rate": "6.85%",
        "street": "4 Elm Street",
        "city": "Albany",
        "state": "ny",
        "postal_code": "12207",
    } | typed


def type_plan(answers: dict[str, str] | None = None, **typed: str) -> dict[str, str]:
    """Type a plan whose evidence stands once, above; `answers` gives a kind another answer than yes."""
    post = {
        "name": "Tate Editorial 401(k)",
        "plan_number": "1",
        "ein": "123456789",
        "business_form": "self_employed",
        "administrator_name": "",
        "administrator_address": "",
        "trustee_name": "",
        "custodian_name": "Meridian Trust",
        "custodian_address": "1 Harbor Plaza\r\nBoston, MA 02110",
        "first_employee_date": "",
        "subaccount-title": "After-tax sub-account",
        "subaccount-account_number": "AT-77",
        "evidence-document": "Adoption agreement",
        "evidence-verified_by": "Ada Lovelace",
        "evidence-verified_date": "2026-01-15",
    }
    for number, kind in enumerate(ProvisionKind.values, start=1):
        post[f"{kind}-answer"] = (answers or {}).get(kind, "yes")
        post[f"{kind}-section"] = f"4.{number}"
        for name in ("page", "document", "verified_by", "verified_date"):
            post[f"{kind}-{name}"] = ""
    return post | typed


def type_year(**typed: str) -> dict[str, str]:
    amounts = dict.fromkeys(AMOUNTS_OF_A_YEAR, "")
    return (
        amounts
        | {
            "year": "2021",
            "net_profit": "$110,000.00",
            "pretax_deferrals": "19500",
            "employer": "18,500",
            "after_tax": "20000.00",
            "after_tax_date": "",
        }
        | typed
    )


def type_statement(**typed: str) -> dict[str, str]:
    return {
        "statement_date": "12/31/2021",
        "basis": "20,000.00",
        "value": "$20,812.37",
        "plan_balance": "",
        "pre_1987_basis": "",
        "non_vested": "",
        "source_document": "Statement of December 2021",
    } | typed


def type_ira_balance(**typed: str) -> dict[str, str]:
    amounts = {"value": "30000", "basis": "", "distributions": "", "conversions": ""}
    return {"year": "2021", "kind": "traditional"} | amounts | typed


def type_contribution(**typed: str) -> dict[str, str]:
    return {
        "kind": "contribution",
        "movement_date": "12/15/2021",
        "year": "2021",
        "amount": "$20,000.00",
        "earnings": "",
        "value_before": "",
        "letter_reference": "",
        "source_document": "Deposit confirmation",
    } | typed


def type_distribution(**typed: str) -> dict[str, str]:
    return (
        type_contribution(
            kind="distribution",
            movement_date="01/14/2022",
            year="",
            amount="10000",
            value_before="20,812.37",
            letter_reference="AT-7K3M-Q2XD",
            source_document="Payment confirmation",
        )
        | typed
    )


def type_returned_excess(**typed: str) -> dict[str, str]:
    return (
        type_contribution(
            kind="returned_excess",
            movement_date="03/01/2022",
            amount="1,000",
            earnings="(120.00)",
            source_document="Correction notice",
        )
        | typed
    )


def type_plan_assets(**typed: str) -> dict[str, str]:
    return {"year": "2021", "value": "$180,000"} | typed


def type_new_participant(**typed: str) -> dict[str, str]:
    return {
        "who": "new",
        "participant": "",
        "person-legal_name": "Rowan Tate",
        "person-birth_date": "07/09/1974",
        "person-ssn_last_four": "7734",
        "person-same_household": "on",
        "subaccount-title": "After-tax sub-account",
        "subaccount-account_number": "AT-78",
    } | typed


# The bad inputs of any amount field, and of any line of text.
BAD_AMOUNTS = [
    "1_000",
    "1e3",
    "NaN",
    "Infinity",
    "١٢٣",
    "１２３",
    "1234567890",
    "-5",
    "(5)",
    "1,00",
    "0.005",
    "12 000",
    "$",
    "−5",
    "5\u00a0",
    "0x10",
    "9" * 40,
]
BAD_TEXTS = {
    "right-to-left override": "Imogen \u202eetaT",
    "newline": "Imogen\nTate",
    "zero-width space": "Imo\u200bgen",
    "bell": "Imogen\x07",
    "NUL": "Imogen\x00",
    "line separator": "Imogen\u2028Tate",
    "byte order mark": "\ufeffImogen",
    "zalgo": "Imo\u0301\u0302\u0303gen",
}
