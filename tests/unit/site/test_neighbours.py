"""Which other projects the page of one leads to, and which names have a page of their own."""

from decimal import Decimal
from itertools import permutations

from portal.core import urls
from portal.core.models import Project, ProjectSummary, project_summary
from portal.site.pages.named import NamedContext, plan_named
from portal.site.pages.neighbours import NAMED, NEIGHBOURS, SameName, find_neighbours


def named(count: int, title: str = "ปลูกต้นไม้") -> list[ProjectSummary]:
    return [project_summary(Project(f"p-{i}", title, budget_received=Decimal(i) or None)) for i in range(count)]


def test_a_name_of_few_projects_leads_to_all_of_them() -> None:
    near = find_neighbours(named(NAMED - 1), "th")
    assert {(len(n.years), n.same_name) for n in near.values()} == {(NAMED - 2, None)}
    assert list(plan_named(named(NAMED - 1), {})) == []


def test_a_name_of_many_projects_leads_to_a_few_and_to_the_page_of_all() -> None:
    near = find_neighbours(named(NAMED), "th")
    page = SameName(urls.named("ปลูกต้นไม้"), NAMED)
    assert {(len(n.years), n.same_name) for n in near.values()} == {(NEIGHBOURS, page)}


def test_names_that_differ_in_signs_and_spaces_alone_share_a_page() -> None:
    spaced = [
        project_summary(Project(f"q-{i}", title)) for i, title in enumerate(("a b", "a  b", "A-b", "a (b)", "a, b"))
    ]
    (page,) = plan_named(spaced, {})
    assert page[0] == urls.named("a b")


def test_the_page_of_a_name_begins_with_the_largest_and_ends_with_the_unknown_in_any_order_of_the_data() -> None:
    for order in permutations(named(NAMED)):
        ((_, _, context, _),) = plan_named(order, {})
        assert isinstance(context, NamedContext)
        assert [p.project_id for p in context.projects] == ["p-4", "p-3", "p-2", "p-1", "p-0"]
        assert context.most == 4


def test_no_project_takes_the_address_of_the_pages_of_names() -> None:
    assert not urls.is_safe_id("named")
