"""What the reports beside the letters are written from, without a database: Dana Ruiz's."""

from rollovers.letters.reports import Report, Section, Table


def write_report(**changes) -> Report:
    """Return a report with every shape of a packet: facts, a long table and a short one, sections below sections."""
    events = tuple((f"01/{day:02}/2026", "Signed", f"{day}.00") for day in range(1, 31))
    defaults = {
        "title": "CPA packet of Dana Ruiz, 2026",
        "reference": "CPA packet of client 1, 2026",
        "firm_name": "Harbor & Pine Planning LLC",
        "opening": ("Prepared for their CPA.",),
        "facts": (("Client", "Dana Ruiz"),),
        "sections": (
            Section(
                title="Letters",
                paragraphs=("Every letter.",),
                facts=(("Issued", "November 24, 2026"),),
                tables=(
                    Table(
                        caption="Payees",
                        columns=("Payee", "Amount"),
                        rows=(("Roth IRA", "20,000.00"),),
                        amounts=frozenset({1}),
                    ),
                ),
                sections=(
                    Section(
                        title="Letter AT-2026-0007",
                        tables=(Table(caption="Events", columns=("Date", "Step", "Amount"), rows=events),),
                    ),
                ),
            ),
        ),
    }
    return Report(**defaults | changes)
