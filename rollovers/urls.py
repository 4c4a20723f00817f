"""Addresses of what is judged: the client page, the rollover page, ledgers, letters, the limits themselves."""

from django.urls import path

from rollovers.batches.views import batches, previews
from rollovers.cases.views import evidence, letters, payments, steps, tax_forms
from rollovers.cpa import views as cpa
from rollovers.desk.views import clients, work
from rollovers.desk.views import letters as letter_lists
from rollovers.issuing.views import drafts, rollovers, wording
from rollovers.reviews.views import comparisons, iras, ledgers, limits, years

urlpatterns = [
    path("work/", work.work_list, name="work_list"),
    path("clients/<int:client_id>/", clients.client_page, name="client_page"),
    path("plans/<int:plan_id>/rollover/", rollovers.rollover_new, name="rollover_new"),
    path("plans/<int:plan_id>/rollover/preview/", rollovers.rollover_preview, name="rollover_preview"),
    path("drafts/<int:draft_id>/delete/", drafts.draft_delete, name="draft_delete"),
    path("plans/<int:plan_id>/compare/", comparisons.compare_page, name="compare_page"),
    path("clients/<int:client_id>/form-8606/", iras.form_8606_page, name="form_8606_page"),
    path("clients/<int:client_id>/cpa/<int:year>/", cpa.cpa_packet_page, name="cpa_packet_page"),
    path(
        "clients/<int:client_id>/cpa/<int:year>/packet.pdf",
        cpa.cpa_packet_pdf,
        name="cpa_packet_pdf",
    ),
    path(
        "clients/<int:client_id>/cpa/<int:year>/events.csv",
        cpa.cpa_packet_csv,
        name="cpa_packet_csv",
    ),
    path("plans/<int:plan_id>/ledger/", ledgers.ledger_page, name="ledger_page"),
    path(
        "statements/<int:statement_id>/acknowledge/",
        ledgers.statement_acknowledge,
        name="statement_acknowledge",
    ),
    path("letters/", letter_lists.letter_list, name="letter_list"),
    path("letters/<int:letter_id>/", letters.letter_page, name="letter_page"),
    path("letters/<int:letter_id>/letter.pdf", letters.letter_pdf, name="letter_pdf"),
    path("letters/<int:letter_id>/documents/<str:kind>.pdf", evidence.document_pdf, name="document_pdf"),
    path("letters/<int:letter_id>/steps/<str:step>/", steps.case_step, name="case_step"),
    path("letters/<int:letter_id>/payment/", payments.payment_new, name="payment_new"),
    path("letters/<int:letter_id>/sixty-day/", payments.sixty_day_new, name="sixty_day_new"),
    path("letters/<int:letter_id>/evidence/new/", evidence.evidence_new, name="evidence_new"),
    path("evidence/<int:evidence_id>/file", evidence.evidence_file, name="evidence_file"),
    path("batches/", batches.batch_list, name="batch_list"),
    path("batches/new/", previews.batch_new, name="batch_new"),
    path("batches/<int:batch_id>/", batches.batch_page, name="batch_page"),
    path("batches/<int:batch_id>/progress/", batches.batch_progress, name="batch_progress"),
    path("batches/<int:batch_id>/retry/", batches.batch_retry, name="batch_retry"),
    path("batches/<int:batch_id>/letters.zip", batches.batch_zip, name="batch_zip"),
    path("letters/<int:letter_id>/tax-forms/", tax_forms.tax_forms_page, name="tax_forms_page"),
    path("letters/<int:letter_id>/tax-forms/new/", tax_forms.received_form_new, name="received_form_new"),
    path("tax-forms/<int:received_form_id>/edit/", tax_forms.received_form_edit, name="received_form_edit"),
    path("years/<int:year_id>/", years.year_page, name="year_page"),
    path("limits/", limits.limit_list, name="limit_list"),
    path("firm/wording/", wording.wording_edit, name="wording_edit"),
]
