"""The site map leads everybody to every page that they may open, and to no other."""

import re

from starlette.routing import Route

from exam_server.app import all_routes
from exam_server.domain.roles import Role
from exam_server.web.access import RoleRoute
from exam_server.web.site_map import GROUPS, groups_for
from tests.exam_server.web.site import Site
from tests.exam_server.web.test_routes import method_of
from tests.support.school import found_school

NOT_PAGES = re.compile(r"/staff/map|.*\.(?:csv|ods|json)")
ENTRIES = {entry.path: entry for group in GROUPS for entry in group.entries}


def test_every_page_with_an_address_of_its_own_is_on_the_map_for_its_roles() -> None:
    pages = {
        route.path: route.roles
        for route in all_routes()
        if isinstance(route, RoleRoute) and method_of(route) == "GET" and "{" not in route.path
    }
    guarded = {path: roles for path, roles in pages.items() if not NOT_PAGES.fullmatch(path)}
    assert {path: entry.roles for path, entry in ENTRIES.items() if path in pages} == guarded


def test_what_is_on_the_map_for_everybody_is_open_to_everybody() -> None:
    everybody = frozenset(Role)
    public = {
        route.path
        for route in all_routes()
        if getattr(route, "roles", everybody) == everybody and type(route) in {Route, RoleRoute}
    }
    assert {path for path, entry in ENTRIES.items() if entry.roles == frozenset(Role)} <= public


def test_no_group_is_shown_empty() -> None:
    titles = {role: [group.title for group in groups_for([role])] for role in Role}
    assert titles[Role.INVIGILATOR] == ["Surveillance", "Votre compte", "Pour tout le monde"]
    assert all(group.entries for role in Role for group in groups_for([role]))


async def test_each_link_of_somebody_s_map_opens_for_them(site: Site) -> None:
    school = await site.store.run(found_school)
    author = await site.hire(school.centre_id, Role.AUTHOR, name="Sauge")
    for person in (school.head, school.invigilator, school.officer, author):
        browser = await site.signed_in(person)
        main = (await browser.get("/staff/map")).text.partition("<main")[2].partition("</main>")[0]
        paths = re.findall(r'href="([^"]+)"', main)
        assert len(paths) > 4
        for path in paths:
            assert (await browser.get(path)).status_code == 200, f"{person.name}: {path}"
