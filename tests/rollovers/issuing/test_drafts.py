"""Drafts: one a form, nothing typed is lost, and what somebody else saved is never overwritten unseen."""

import datetime
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet
from django_scopes import scope

from rollovers.issuing import drafts
from rollovers.issuing.drafts import (
    AlreadyIssued,
    DraftChanged,
    discard_draft,
    refuse_changed_draft,
    save_draft,
    write_token,
)
from rollovers.issuing.queries.drafts import get_draft, list_drafts, list_drafts_of_client
from rollovers.models import CaseEvent, RolloverDraft, Step
from rollovers.reviews.queries import get_plan_facts
from tests.factories import make_advisor, make_client, make_draft, make_firm, make_plan
from tests.requests import issue, make_ready_plan, make_spouse

PAYMENT_DATE = datetime.date(2022, 1, 14)


@pytest.fixture
def plan(firm_a):
    with scope(firm=firm_a):
        yield make_ready_plan(firm=firm_a)


def save(plan, advisor, *, participant=None, **fields):
    defaults = {
        "request_key": uuid4(),
        "values": "way=split",
        "payment_date": PAYMENT_DATE,
        "supersedes": None,
        "seen": "",
    }
    facts = get_plan_facts(
        firm=plan.firm, plan_id=plan.pk, participant_id=participant.pk if participant else None
    )
    return save_draft(firm=plan.firm, facts=facts, advisor=advisor, **defaults | fields)


def read_row(draft):
    return RolloverDraft.objects.get(pk=draft.pk)


# --- Saving -----------------------------------------------------------------------------------------------


def test_a_draft_keeps_the_form_and_whose_it_is(ada, plan):
    draft = read_row(save(plan, ada, values="way=split&amount=1%2C00", payment_date=None))
    assert (draft.plan, draft.participant, draft.saved_by) == (plan, plan.client, ada)
    assert (draft.values, draft.payment_date) == ("way=split&amount=1%2C00", None)


def test_a_second_save_of_the_form_updates_its_draft(ada, ben, plan):
    first = save(plan, ada)
    later = datetime.date(2022, 2, 1)
    second = save(
        plan,
        ben,
        request_key=first.request_key,
        values="way=own",
        payment_date=later,
        seen=write_token(draft=first),
    )
    draft = RolloverDraft.objects.get()
    assert draft.pk == first.pk == second.pk
    assert (draft.values, draft.payment_date, draft.saved_by) == ("way=own", later, ben)
    assert draft.started_at == first.started_at
    assert draft.saved_at > first.started_at


def test_another_form_is_another_draft(ada, plan):
    save(plan, ada)
    save(plan, ada)
    assert RolloverDraft.objects.count() == 2


def test_the_same_values_again_change_nothing_whoever_presses_twice(ada, ben, plan):
    first = save(plan, ada)
    again = save(plan, ben, request_key=first.request_key)
    assert (again.pk, again.saved_at, again.saved_by) == (first.pk, first.saved_at, ada)


@pytest.mark.parametrize("seen", ["", "2022-01-04T00:00:00+00:00", "not a time"])
def test_what_somebody_else_saved_is_not_overwritten_unseen(ada, ben, plan, seen):
    theirs = save(plan, ben, values="way=own")
    with pytest.raises(DraftChanged) as changed:
        save(plan, ada, request_key=theirs.request_key, seen=seen)
    assert changed.value.draft.pk == theirs.pk
    assert read_row(theirs).values == "way=own"
    # Seen, it is.
    save(plan, ada, request_key=theirs.request_key, seen=write_token(draft=changed.value.draft))
    assert read_row(theirs).values == "way=split"


def test_of_two_who_opened_the_same_draft_the_second_to_save_is_told(ada, ben, plan):
    opened = write_token(draft=(draft := save(plan, ada)))
    save(plan, ben, request_key=draft.request_key, values="way=own", seen=opened)
    with pytest.raises(DraftChanged):
        save(plan, ada, request_key=draft.request_key, values="way=in_plan", seen=opened)
    assert read_row(draft).values == "way=own"


def test_a_draft_that_was_discarded_in_between_is_there_again(ada, plan):
    draft = save(plan, ada)
    discard_draft(firm=plan.firm, draft=draft)
    save(plan, ada, request_key=draft.request_key, values="way=own", seen=write_token(draft=draft))
    assert RolloverDraft.objects.get().values == "way=own"


def test_the_key_of_another_participants_form_finds_nothing(ada, plan):
    spouse = make_spouse(plan=plan)
    draft = save(plan, ada)
    with pytest.raises(RolloverDraft.DoesNotExist):
        save(plan, ada, participant=spouse, request_key=draft.request_key, values="way=own")
    assert read_row(draft).values == "way=split"


def test_the_key_of_another_firms_form_is_free(ada, boris, firm_b, plan):
    draft = save(plan, ada)
    with scope(firm=firm_b):
        other = save(make_ready_plan(firm=firm_b), boris, request_key=draft.request_key)
    assert other.pk != draft.pk


# --- Becoming a letter ------------------------------------------------------------------------------------


def test_a_form_that_was_issued_is_no_draft_any_more(ada, plan):
    key = uuid4()
    letter = issue(plan=plan, advisor=ada, request_key=key)
    with pytest.raises(AlreadyIssued) as issued:
        save(plan, ada, request_key=key)
    assert issued.value.letter == letter
    assert not RolloverDraft.objects.exists()


def test_a_draft_becomes_its_letter_and_the_letters_life_begins_with_it(ada, plan):
    draft = save(plan, ada)
    letter = issue(plan=plan, advisor=ada, request_key=draft.request_key)
    assert not RolloverDraft.objects.exists()
    assert [event.step for event in CaseEvent.objects.filter(letter=letter)] == [Step.DRAFTED, Step.ISSUED]


def test_issuing_is_refused_while_the_draft_holds_what_the_form_has_not_seen(ada, ben, plan):
    theirs = save(plan, ben, values="way=own")
    facts = get_plan_facts(firm=plan.firm, plan_id=plan.pk)
    asked = {"firm": plan.firm, "facts": facts, "request_key": theirs.request_key}
    with pytest.raises(DraftChanged):
        refuse_changed_draft(**asked, values="way=split", seen="")
    refuse_changed_draft(**asked, values="way=split", seen=write_token(draft=theirs))
    refuse_changed_draft(**asked, values="way=own", seen="")
    refuse_changed_draft(**asked | {"request_key": uuid4()}, values="way=split", seen="")


# --- Reading ----------------------------------------------------------------------------------------------


def test_drafts_are_listed_latest_first_without_what_was_typed(ada, plan, django_assert_num_queries):
    first, second = make_draft(plan=plan, advisor=ada), make_draft(plan=plan, advisor=ada)
    with django_assert_num_queries(1):
        listed = list(list_drafts(firm=plan.firm))
        assert [draft.participant.legal_name for draft in listed] == ["Imogen Tate"] * 2
        assert listed[0].saved_by == ada
    assert listed == [second, first]
    assert "values" in listed[0].get_deferred_fields()


def test_a_clients_drafts_are_also_those_of_who_takes_part_in_the_plan(ada, plan):
    spouse = make_spouse(plan=plan)
    own, hers = (
        make_draft(plan=plan, advisor=ada),
        make_draft(plan=plan, advisor=ada, participant=spouse),
    )
    stranger = make_client(firm=plan.firm, legal_name="Noor Haddad")
    make_draft(plan=make_plan(client=stranger), advisor=ada)
    assert set(list_drafts_of_client(firm=plan.firm, client=plan.client)) == {own, hers}
    assert list(list_drafts_of_client(firm=plan.firm, client=spouse)) == [hers]


def test_another_firms_draft_is_not_found(ada, firm_b, plan):
    draft = make_draft(plan=plan, advisor=ada)
    assert get_draft(firm=plan.firm, draft_id=draft.pk) == draft
    with scope(firm=firm_b):
        assert list(list_drafts(firm=firm_b)) == []
        with pytest.raises(RolloverDraft.DoesNotExist):
            get_draft(firm=firm_b, draft_id=draft.pk)


# --- Two at once ------------------------------------------------------------------------------------------


def save_at_once(monkeypatch, *, patience):
    """Two advisors save the same draft, each looking at it before either writes. Return who was told of whom."""
    firm = make_firm()
    advisors = [
        make_advisor(firm=firm, email=f"{name}@lovelace.example", full_name=name) for name in ("Ada", "Ben")
    ]
    with scope(firm=firm):
        plan = make_ready_plan(firm=firm)
        draft = save(plan, advisors[0])
    both_have_looked, told = Barrier(2), []
    look = drafts._refuse_changed

    def look_and_wait(**asked):
        look(**asked)
        with suppress(BrokenBarrierError):
            both_have_looked.wait(timeout=patience)

    monkeypatch.setattr(drafts, "_refuse_changed", look_and_wait)

    def save_as(advisor):
        asked = {"request_key": draft.request_key, "seen": write_token(draft=draft)}
        try:
            with scope(firm=firm):
                save(plan, advisor, values=f"way=own&by={advisor.pk}", **asked)
        except DraftChanged as changed:
            told.append(changed.draft.saved_by)
        finally:
            connection.close()

    threads = [Thread(target=save_as, args=[advisor]) for advisor in advisors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with scope(firm=firm):
        return told, RolloverDraft.objects.get().saved_by


def test_of_two_who_save_at_once_the_second_is_told_of_the_first(own_database, monkeypatch):
    # The second waits for the first to end, so the first waits in vain for it.
    told, saved_by = save_at_once(monkeypatch, patience=1)
    assert told == [saved_by]


def test_without_the_locks_one_of_them_would_be_overwritten_unseen(own_database, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows)
    told, _ = save_at_once(monkeypatch, patience=60)
    assert told == []
