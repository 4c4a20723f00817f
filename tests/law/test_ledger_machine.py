"""A ledger kept step by step against one that a child could keep: whole cents, added and taken away."""

import datetime
from dataclasses import replace

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from law import ledger as ledger_module
from law.ledger import keep_ledger
from law.money import count_cents, from_cents
from law.movements import Movement
from law.words import Answer, MovementKind
from tests.law.reading import come_to

cents = st.one_of(st.integers(1, 300), st.integers(1, 8_000_000))
portions = st.integers(1, 999)
days = st.integers(1, 500)  # A step may leave a whole year quiet.


class LedgerMachine(RuleBasedStateMachine):
    """Contribute, grow, lose, take a part or all, return an excess; the plan's policy is any.

    The model holds integers of cents and knows nothing of `law`.
    """

    @initialize(policy=st.sampled_from(["yes", "no", "not_verified"]))
    def open_the_ledger(self, policy):
        self.policy = policy
        self.movements = []
        self.date = datetime.date(2016, 1, 1)
        self.basis = self.value = 0
        self.contributed = self.distributed = self.returned = self.set_aside = 0
        self.value_in = self.value_out = self.gained = 0
        self.parts = []
        self.years = {}

    def move(self, kind, gap, amount, **others):
        self.date += datetime.timedelta(days=gap)
        self.movements.append(Movement(kind=kind, date=self.date, amount=from_cents(amount), **others))

    def close(self):
        """What is left when nothing is worth a cent goes by the policy."""
        if self.value == 0 and self.policy != "yes":
            self.set_aside += self.basis
            self.basis = 0
        self.years[self.date.year] = (self.basis, self.value)

    @rule(amount=cents, gap=days)
    def contribute(self, amount, gap):
        self.move(MovementKind.CONTRIBUTION, gap, amount)
        self.basis += amount
        self.value += amount
        self.contributed += amount
        self.value_in += amount
        self.years[self.date.year] = (self.basis, self.value)

    @rule(portion=st.integers(0, 3_000), gap=days, off=st.integers(-1, 1))
    def grow_or_lose(self, portion, gap, off):
        worth = self.value * portion // 1_000
        said = from_cents(max(self.basis + off, 0))
        self.move(MovementKind.STATEMENT, gap, worth, basis=said)
        self.gained += worth - self.value
        self.value = worth
        self.close()

    @precondition(lambda self: self.value > 1)
    @rule(portion=portions, gap=days, revalued=st.one_of(st.none(), st.integers(0, 2_000)))
    def take_a_part(self, portion, gap, revalued):
        amount = max(self.value * portion // 1_000, 1)
        before = None if revalued is None else amount + self.value * revalued // 1_000
        self.take(amount, gap, self.value if before is None else before, before)

    @precondition(lambda self: self.value > 0)
    @rule(gap=days, extra=st.one_of(st.just(0), cents))
    def take_all(self, gap, extra):
        self.take(self.value + extra, gap, self.value + extra, None)

    def take(self, amount, gap, worth, before):
        self.move(
            MovementKind.DISTRIBUTION,
            gap,
            amount,
            value_before=None if before is None else from_cents(before),
        )
        self.gained += worth - self.value
        part = (2 * amount * self.basis + worth) // (2 * worth)
        part = min(part, amount)
        self.parts.append((part, amount - part))
        self.basis -= part
        self.value = worth - amount
        self.distributed += part
        self.value_out += amount
        self.close()

    @precondition(lambda self: self.basis > 0 and self.value > 0)
    @rule(portion=portions, gap=days, share=st.integers(-1_000, 1_000))
    def return_an_excess(self, portion, gap, share):
        amount = max(self.basis * portion // 1_000, 1)
        earnings = amount * share // 1_000
        self.move(MovementKind.RETURNED_EXCESS, gap, amount, earnings=from_cents(earnings))
        left = amount + earnings
        self.gained += max(left - self.value, 0)
        self.value = max(self.value, left) - left
        self.basis -= amount
        self.returned += amount
        self.value_out += left
        self.close()

    @invariant()
    def the_books_balance(self):
        ledger = keep_ledger(movements=self.movements, carried=Answer(self.policy))
        self.is_what_a_child_would_keep(ledger)
        self.is_never_below_zero(ledger)
        self.closes_each_year_at_its_opening_with_what_moved(ledger)
        self.knows_where_every_cent_of_basis_is(ledger)

    def is_what_a_child_would_keep(self, ledger):
        assert [count_cents(ledger.closing.basis), count_cents(ledger.closing.balance)] == [
            self.basis,
            self.value,
        ]
        totals = ledger.totals
        assert count_cents(totals.contributions) == self.contributed
        assert count_cents(totals.distributed_basis) == self.distributed
        assert count_cents(totals.returned) == self.returned
        assert count_cents(totals.set_aside) == self.set_aside
        assert count_cents(totals.gain) == self.gained
        assert self.value_in + self.gained - self.value_out == self.value
        shares = [entry.share for entry in ledger.entries if entry.share]
        assert [(count_cents(share.after_tax), count_cents(share.pretax)) for share in shares] == self.parts

    def is_never_below_zero(self, ledger):
        for entry in ledger.entries:
            assert entry.basis >= 0
            assert entry.value >= 0
            assert entry.unrecovered >= entry.set_aside >= 0

    def closes_each_year_at_its_opening_with_what_moved(self, ledger):
        basis = value = from_cents(0)
        for row in ledger.years:
            assert (row.opening_basis, row.opening_value) == (basis, value)
            moved = row.totals
            basis += moved.contributions - moved.distributed_basis - moved.returned - moved.set_aside
            value += moved.contributions + moved.gain - moved.distributed_basis - moved.distributed_earnings
            value -= moved.returned + moved.returned_earnings
            assert (row.closing_basis.amount, row.closing_value.amount) == (basis, value)
            if row.year in self.years:
                assert (count_cents(basis), count_cents(value)) == self.years[row.year]
        for row in ledger.years[-1:]:
            for figure in row.figures:
                assert come_to(figure) == figure.amount

    def knows_where_every_cent_of_basis_is(self, ledger):
        gone = ledger.totals.distributed_basis + ledger.totals.returned + ledger.totals.set_aside
        assert ledger.totals.contributions == gone + ledger.closing.basis
        if ledger.entries and ledger.closing.balance == 0 and self.policy != "yes":
            assert ledger.closing.basis == 0
        if ledger.entries:
            assert {row.year for row in ledger.years} == set(
                range(self.movements[0].date.year, self.movements[-1].date.year + 1)
            )


TestLedger = LedgerMachine.TestCase
TestLedger.settings = settings(stateful_step_count=30)
FIRST_FAILURE = settings(max_examples=50, deadline=None, phases=[Phase.generate], database=None)


def test_twin_a_ledger_that_loses_a_cent_of_basis_is_caught(monkeypatch):
    share_distribution = ledger_module.share_distribution

    def share_a_cent_short(**asked):
        share = share_distribution(**asked)
        if share.after_tax <= from_cents(1):
            return share
        return replace(
            share,
            after_tax_part=replace(share.after_tax_part, amount=share.after_tax - from_cents(1)),
            pretax_part=replace(share.pretax_part, amount=share.pretax + from_cents(1)),
            basis_left=replace(share.basis_left, amount=share.remaining_basis + from_cents(1)),
        )

    monkeypatch.setattr(ledger_module, "share_distribution", share_a_cent_short)
    with pytest.raises((AssertionError, ExceptionGroup)):
        run_state_machine_as_test(LedgerMachine, settings=FIRST_FAILURE)


def test_twin_a_ledger_that_forgets_the_last_basis_is_caught(monkeypatch):
    monkeypatch.setattr(ledger_module, "_FATES", dict.fromkeys(Answer, ledger_module.Fate.CARRIED))
    with pytest.raises((AssertionError, ExceptionGroup)):
        run_state_machine_as_test(LedgerMachine, settings=FIRST_FAILURE)
