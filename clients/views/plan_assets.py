from django.http import HttpResponse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from advisors.requests import AdvisorRequest
from advisors.roles import writer_required
from clients import queries
from clients.forms.corrections import save_or_explain
from clients.forms.plan_assets import PlanAssetsForm
from clients.models import PlanAssets
from clients.views.pages import get_or_404, go_on, read_post, render_form


@require_http_methods(["GET", "POST"])
@writer_required
def plan_assets_new(request: AdvisorRequest, plan_id: int) -> HttpResponse:
    plan = get_or_404(queries.get_plan, firm=request.user.firm, plan_id=plan_id)
    return _handle(request, PlanAssets(firm=request.user.firm, plan=plan), name="")


@require_http_methods(["GET", "POST"])
@writer_required
def plan_assets_edit(request: AdvisorRequest, plan_assets_id: int) -> HttpResponse:
    assets = get_or_404(queries.get_plan_assets, firm=request.user.firm, plan_assets_id=plan_assets_id)
    return _handle(request, assets, name=str(assets.year))


def _handle(request: AdvisorRequest, assets: PlanAssets, *, name: str) -> HttpResponse:
    plan = assets.plan
    form = PlanAssetsForm(read_post(request), instance=assets, today=localdate())
    if form.is_bound and form.is_valid() and save_or_explain(form=form):
        said = f"The plan's assets of {assets.year} are saved."
        return go_on(request, said=said, client_id=plan.client_id)
    context = {"form": form, "plan": plan, "client": plan.client, "name": name}
    return render_form(request, "clients/plan_assets_form.html", context)
