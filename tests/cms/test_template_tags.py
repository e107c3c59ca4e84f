"""What templates say in the looks of the portal: `{% load diwan %}`."""

from cms.templatetags.diwan import unbroken


def test_a_number_in_a_text_is_kept_together_and_the_text_stays_text() -> None:
    told = unbroken("رقم NJR-1448-000002 <b>", "NJR-1448-000002")

    assert told == 'رقم <bdi dir="ltr">NJR-1448-000002</bdi> &lt;b&gt;'
    assert unbroken("بلا رقم", "NJR-1") == "بلا رقم"
