"""The links of a site that lead nowhere, and where each is said to be."""

from itertools import permutations

import pytest

from portal.site import Links, PageLinks


def page(name: str, *targets: str) -> PageLinks:
    return PageLinks(f"/{name}/", f"{name}/index.html", ["top"], targets)


PAGES = [page("a", "/b/"), page("b", "/gone/"), page("c", "/gone/", "/a/#end"), page("d", "/a/#end")]


@pytest.mark.parametrize("pages", [*permutations(PAGES)])
@pytest.mark.parametrize("parts", [1, 2, 4])
def test_a_wrong_link_of_many_pages_is_one_problem_of_the_first_by_name(pages: list[PageLinks], parts: int) -> None:
    links = Links()
    for part in range(parts):
        of_part = Links()
        of_part.add(pages[part::parts])
        links.update(of_part)
    problems = [(problem.place, problem.value) for problem in links.broken(())]
    assert problems == [("c/index.html", "/a/#end"), ("b/index.html", "/gone/")]


def test_a_wrong_link_of_prose_is_a_problem_wherever_an_editor_wrote_it() -> None:
    links = Links()
    links.add([page("z", "/gone/")], [page("x", "/gone/"), page("y", "/gone/")])
    assert [problem.place for problem in links.broken(())] == ["x/index.html", "y/index.html", "z/index.html"]
