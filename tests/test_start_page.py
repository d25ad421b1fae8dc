"""The start page: the framework's own, in the reader's language, knowing its server."""

import asyncio

import pytest

from dashboard import start_page


def asked(path, query=b"", method="GET"):
    """What the middleware answers; a 418 is the framework's."""
    sent = []

    async def framework(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 418, "headers": []})

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query,
        "headers": [(b"host", b"127.0.0.1:8501")],
        "scheme": "http",
        "server": ("127.0.0.1", 8501),
    }
    asyncio.run(start_page.StartPage(framework)(scope, None, send))
    return sent[0]["status"], b"".join(one.get("body", b"") for one in sent).decode()


def test_it_is_the_frameworks_page_with_our_language_title_and_address():
    page = start_page.start_page("zh", "http://127.0.0.1:8501/")
    assert '<html lang="zh-CN">' in page
    assert "<title>Streamlit</title>" not in page
    assert '"BACKEND_BASE_URL": "http://127.0.0.1:8501/"' in page
    assert '"HOST_CONFIG": {"allowedOrigins": ["http://127.0.0.1:8501"]' in page
    assert "PlotlyChart" not in page  # loaded where a chart is


@pytest.mark.parametrize("host", ["<script>alert(1)</script>", 'x"></script><script>'])
def test_a_hostile_host_stays_a_string(host):
    honest = start_page.start_page("en", "http://127.0.0.1/")
    page = start_page.start_page("en", f"http://{host}/")
    assert page.count("<script") == honest.count("<script")
    assert page.count("</script") == honest.count("</script")


def test_only_pages_are_answered():
    status, page = asked("/compare", b"lang=en")
    assert status == 200
    assert 'lang="en"' in page
    assert 'lang="zh-CN"' in asked("/", b"lang=%3Cscript%3E")[1]
    assert asked("/_stcore/health")[0] == 418
    assert asked("/favicon.png")[0] == 418
    assert asked("/compare", method="POST")[0] == 418


def test_an_unknown_page_leads_to_the_overview():
    assert asked("/nosuch", b"lang=en")[0] == 307
