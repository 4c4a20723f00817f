"""Every address of the site. Apps are included by string: routes, never imports."""

from allauth.account import urls as account_urls
from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from advisors import views

admin.site.site_header = admin.site.site_title = "Aftertax data fixes"
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# An owner gives people their e-mail address; allauth's page for it would also write a row when it is only read.
SIGN_IN_PATTERNS = [each for each in account_urls.urlpatterns if each.name != "account_email"]

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("firm/", views.firm_edit, name="firm_edit"),
    path("firm/logo/", views.firm_logo, name="firm_logo"),
    path("healthz/", views.healthz, name="healthz"),
    path("accounts/", include(SIGN_IN_PATTERNS)),
    path("admin/", admin.site.urls),
    path("", include("clients.urls")),
    path("", include("rollovers.urls")),
]
