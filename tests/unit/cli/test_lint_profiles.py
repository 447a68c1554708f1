"""`necessity rules lint` on an operator's payer profiles, as somebody types it."""

from tests.console import Shell

PROFILE = """id    = "sunrise"
name  = "Sunrise Benefits"
kinds = ["health_fsa"]

[[version]]
letter_life_months = { is = 12, cite = "form" }

[[citation]]
id    = "form"
kind  = "payer_document"
where = "Sunrise Benefits, letter form, page 1"
says  = "The letter is good for a year from its signing."
read_on = 2026-08-01
"""


def house(shell: Shell, text: str) -> str:
    payers = shell.folder / "house" / "payers"
    payers.mkdir(parents=True)
    (payers / "sunrise.toml").write_text(text, encoding="utf-8")
    return str(shell.folder / "house")


def test_a_good_profile_passes(shell: Shell) -> None:
    """The count says that it was seen."""
    plain = shell("rules", "lint").out
    ran = shell("rules", "lint", "--rules", house(shell, PROFILE))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out != plain


def test_a_profile_with_a_complaint_ends_with_1(shell: Shell) -> None:
    """An operator's build must stop on it, at the line."""
    text = PROFILE + PROFILE[PROFILE.index("\n[[citation]]") :].replace('"form"', '"faq"')
    ran = shell("rules", "lint", "--rules", house(shell, text))
    assert ran.code == 1
    assert "payers/sunrise.toml:16: Profile sunrise: No value cites 'faq'." in ran.err


def test_a_profile_that_cannot_be_right_ends_with_3(shell: Shell) -> None:
    """A licence nobody knows is a broken file, not a matter of taste."""
    text = PROFILE.replace(
        "letter_life_months", 'accepted_licences = { is = ["M.D."], cite = "form" }\nletter_life_months'
    )
    ran = shell("rules", "lint", "--rules", house(shell, text))
    assert ran.code == 3
    assert "sunrise.toml:6" in ran.err
    assert "Did you mean 'MD'" in ran.err
