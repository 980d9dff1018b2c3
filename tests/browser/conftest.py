"""One Chromium for the tests that measure and use pages, each in a window of its own."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser():
    if not CHROMIUM:
        pytest.skip("needs Chromium: sudo apt-get install -y chromium")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def look(browser):
    """Open a page in a window of a width and a colour scheme."""
    windows = []

    def opened(path, width=1280, scheme="light", **options):
        windows.append(browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options))
        page = windows[-1].new_page()
        page.set_default_timeout(15_000)
        page.goto(path.as_uri())
        return page

    yield opened
    for window in windows:
        window.close()
