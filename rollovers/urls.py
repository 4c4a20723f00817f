"""Addresses of what is judged: the client page, the rollover page, ledgers, letters, the limits themselves."""

from django.urls import path

from rollovers.views import clients, comparisons, iras, ledgers, letters, limits, rollovers, tax_forms, years

urlpatterns = [
    path("clients/<int:client_id>/", clients.client_page, name="client_page"),
    path("plans/<int:plan_id>/rollover/", rollovers.rollover_new, name="rollover_new"),
    path("plans/<int:plan_id>/rollover/preview/", rollovers.rollover_preview, name="rollover_preview"),
    path("plans/<int:plan_id>/compare/", comparisons.compare_page, name="compare_page"),
    path("clients/<int:client_id>/form-8606/", iras.form_8606_page, name="form_8606_page"),
    path("plans/<int:plan_id>/ledger/", ledgers.ledger_page, name="ledger_page"),
    path(
        "statements/<int:statement_id>/acknowledge/",
        ledgers.statement_acknowledge,
        name="statement_acknowledge",
    ),
    path("letters/", letters.letter_list, name="letter_list"),
    path("letters/<int:letter_id>/", letters.letter_page, name="letter_page"),
    path("letters/<int:letter_id>/letter.pdf", letters.letter_pdf, name="letter_pdf"),
    path("letters/<int:letter_id>/tax-forms/", tax_forms.tax_forms_page, name="tax_forms_page"),
    path("letters/<int:letter_id>/tax-forms/new/", tax_forms.received_form_new, name="received_form_new"),
    path("tax-forms/<int:received_form_id>/edit/", tax_forms.received_form_edit, name="received_form_edit"),
    path("years/<int:year_id>/", years.year_page, name="year_page"),
    path("limits/", limits.limit_list, name="limit_list"),
]
