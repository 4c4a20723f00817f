"""The addresses of facts. A client's own page judges them, so it lives in rollovers."""

from django.urls import path

from clients.views import (
    clients,
    ira_balances,
    movements,
    participants,
    plan_assets,
    plans,
    statements,
    years,
)

urlpatterns = [
    path("clients/", clients.client_list, name="client_list"),
    path("clients/new/", clients.client_new, name="client_new"),
    path("clients/<int:client_id>/edit/", clients.client_edit, name="client_edit"),
    path("clients/<int:client_id>/plans/new/", plans.plan_new, name="plan_new"),
    path("plans/<int:plan_id>/edit/", plans.plan_edit, name="plan_edit"),
    path("plans/<int:plan_id>/years/new/", years.year_new, name="year_new"),
    path("years/<int:year_id>/edit/", years.year_edit, name="year_edit"),
    path("plans/<int:plan_id>/statements/new/", statements.statement_new, name="statement_new"),
    path("statements/<int:statement_id>/edit/", statements.statement_edit, name="statement_edit"),
    path("plans/<int:plan_id>/movements/new/", movements.movement_new, name="movement_new"),
    path("movements/<int:movement_id>/edit/", movements.movement_edit, name="movement_edit"),
    path("plans/<int:plan_id>/assets/new/", plan_assets.plan_assets_new, name="plan_assets_new"),
    path("plan-assets/<int:plan_assets_id>/edit/", plan_assets.plan_assets_edit, name="plan_assets_edit"),
    path("plans/<int:plan_id>/participants/new/", participants.participant_new, name="participant_new"),
    path("clients/<int:client_id>/ira-balances/new/", ira_balances.ira_balance_new, name="ira_balance_new"),
    path("ira-balances/<int:ira_balance_id>/edit/", ira_balances.ira_balance_edit, name="ira_balance_edit"),
]
