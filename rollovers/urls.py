"""Addresses of what is judged: the client page, the rollover page, letters, the limits themselves."""

from django.urls import path

from rollovers.views import clients, letters, limits, rollovers

urlpatterns = [
    path("clients/<int:client_id>/", clients.client_page, name="client_page"),
    path("plans/<int:plan_id>/rollover/", rollovers.rollover_new, name="rollover_new"),
    path("plans/<int:plan_id>/rollover/preview/", rollovers.rollover_preview, name="rollover_preview"),
    path("letters/", letters.letter_list, name="letter_list"),
    path("letters/<int:letter_id>/", letters.letter_page, name="letter_page"),
    path("letters/<int:letter_id>/letter.pdf", letters.letter_pdf, name="letter_pdf"),
    path("limits/", limits.limit_list, name="limit_list"),
]
