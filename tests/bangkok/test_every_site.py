"""What every site is held to, said of the city's: `any_site` is here the one of the shipped package."""

from tests.site.test_catalogues import (
    test_csv_on_the_web_types_every_cell_as_the_package_does,
    test_data_json_keeps_the_schema_of_dcat_us_for_cities,
    test_projects_pass_the_review_tool_of_oc4ids,
    test_the_catalogue_conforms_to_the_shapes_of_dcat_ap,
)
from tests.site.test_header import (
    test_every_kind_of_page_has_its_room_below_the_header_and_scrolls_no_large_text_sideways,
)
from tests.site.test_hosting import (
    test_the_document_has_every_server_send_the_headers_of_the_site,
    test_the_document_says_what_is_served_in_either_language_where_nothing_is_found,
)
from tests.site.test_observation_pages import (
    test_the_methodology_is_what_the_rules_say_of_themselves,
)
from tests.site.test_open_data import (
    test_every_form_is_read_back_to_the_same_values,
)
from tests.site.test_pages import (
    test_each_page_has_one_first_heading_and_names_its_twin,
    test_english_pages_are_english_but_for_data_marked_as_thai,
    test_every_page_exists_in_both_languages,
    test_every_page_says_what_it_is_out_of_context,
    test_nothing_comes_from_another_host_and_nothing_is_inline,
    test_pictures_of_links_are_light,
    test_the_sitemap_names_every_page_with_the_day_on_which_its_data_changed,
    test_titles_tell_pages_apart,
)
from tests.site.test_wording import (
    test_a_percentage_is_never_written_before_its_unit,
    test_each_thing_has_one_name_on_all_pages,
    test_no_thai_page_has_a_date_as_files_write_it,
    test_one_is_followed_by_no_plural,
)

__all__ = [
    "test_a_percentage_is_never_written_before_its_unit",
    "test_csv_on_the_web_types_every_cell_as_the_package_does",
    "test_data_json_keeps_the_schema_of_dcat_us_for_cities",
    "test_each_page_has_one_first_heading_and_names_its_twin",
    "test_each_thing_has_one_name_on_all_pages",
    "test_english_pages_are_english_but_for_data_marked_as_thai",
    "test_every_form_is_read_back_to_the_same_values",
    "test_every_kind_of_page_has_its_room_below_the_header_and_scrolls_no_large_text_sideways",
    "test_every_page_exists_in_both_languages",
    "test_every_page_says_what_it_is_out_of_context",
    "test_no_thai_page_has_a_date_as_files_write_it",
    "test_nothing_comes_from_another_host_and_nothing_is_inline",
    "test_one_is_followed_by_no_plural",
    "test_pictures_of_links_are_light",
    "test_projects_pass_the_review_tool_of_oc4ids",
    "test_the_catalogue_conforms_to_the_shapes_of_dcat_ap",
    "test_the_document_has_every_server_send_the_headers_of_the_site",
    "test_the_document_says_what_is_served_in_either_language_where_nothing_is_found",
    "test_the_methodology_is_what_the_rules_say_of_themselves",
    "test_the_sitemap_names_every_page_with_the_day_on_which_its_data_changed",
    "test_titles_tell_pages_apart",
]
