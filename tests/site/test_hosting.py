"""What a host is told about the site says what the server of this machine says; nginx itself is asked where it is."""

import http.client
import re
import shutil
import socket
import subprocess
import time

import pytest
import yaml
from pages import HERE

from publish.headers import FOREVER, HEADERS, NAMED_BY_CONTENT, headers
from publish.hosting import BUILD, PATH, README, WRITTEN, apache, headers_file, nginx, pattern, workflow

FILES = (
    *("index.html", "404.html", "reference/card.html", "_static/site-0a1b2c3d.css", "_static/notation.js", "a.mjs"),
    *("_search/index/en_0a1b2c3.pf_index", "_search/wasm.en.pagefind", "_search/pagefind.js", "a.wasm", "01-one.md"),
    *("01-one.ipynb", "_static/fonts/a.woff2", "_scripts/0a1b2c3d.js", "get/a.pdf", "sitemap.xml", "robots.txt"),
)


@pytest.mark.parametrize("name", FILES)
def test_the_pattern_of_names_finds_what_the_table_finds(name):
    assert bool(re.fullmatch(pattern(), name)) == (headers(name)["Cache-Control"] == FOREVER)


def test_the_file_for_static_hosts_has_all_headers_once_and_what_is_kept():
    rules, current = {}, None
    for line in headers_file().splitlines():
        if line.startswith("/"):
            current = rules.setdefault(line, {})
        else:
            name, _, value = line.strip().partition(": ")
            current[name] = value
    assert rules.pop("/*") == HEADERS
    assert rules == {f"/{each}": {"Cache-Control": FOREVER} for each in NAMED_BY_CONTENT}


def test_the_workflow_runs_the_command_of_the_readme_and_actions_that_are_used_here():
    steps = yaml.safe_load(workflow())["jobs"]["publish"]["steps"]
    (command,) = (step["run"] for step in steps if "run" in step)
    assert command in README.read_text(encoding="utf-8").splitlines()
    assert BUILD.fullmatch(command)
    ours = "".join(path.read_text(encoding="utf-8") for path in (HERE / ".github/workflows").glob("*.yml"))
    for action in (step["uses"] for step in steps if "uses" in step):
        assert not ours or f"uses: {action}" in ours


def test_apache_is_told_all_that_the_table_says():
    lines = apache().splitlines()
    for name, value in HEADERS.items():
        assert f'Header always set {name} "{value}"' in lines
    assert "AddType 'application/wasm' .wasm" in lines
    assert f"ErrorDocument 404 /{PATH}/404.html" in lines


def test_every_kind_of_host_is_on_the_page():
    page = (HERE / "docs/reference/host-it-yourself.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"```\{hosting\} (\w+)", page)) == sorted(WRITTEN)


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """A function that asks nginx, which was told what the page says, but for the port and the folder."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/local/bin:/usr/bin:/opt/homebrew/bin")
    if program is None:
        pytest.skip("no nginx here (on Debian: apt-get install nginx-light)")
    folder = tmp_path_factory.mktemp("nginx")
    for name in FILES:
        (folder / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "site" / name).write_text(name * 100, encoding="utf-8")
    folder.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    told = nginx().replace("listen 80;", f"listen 127.0.0.1:{port};").replace(f"/srv/{PATH}/", f"{folder}/site/")
    temporary = "".join(
        f"{kind}_temp_path {folder};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    around = f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/errors;\nevents {{}}\n"
    text = f"{around}http {{ access_log off;\n{temporary}{told}}}\n"
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    with subprocess.Popen([program, "-c", str(folder / "nginx.conf"), "-e", str(folder / "errors")]) as process:
        wait_for(port)

        def asking(path, **given):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in given.items()})
            answer = connection.getresponse()
            body = answer.read()
            connection.close()
            return answer, body

        yield asking
        process.terminate()


def wait_for(port):
    """Wait until a server answers at a port."""
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return


@pytest.mark.parametrize("name", FILES)
def test_nginx_says_of_each_file_what_the_table_says(ask, name):
    answer, body = ask(f"/{PATH}/{name}")
    assert (answer.status, body.decode()) == (200, name * 100)
    said = dict(answer.getheaders())
    assert {key: said.get(key) for key in headers(name)} == headers(name)


def test_nginx_finds_the_first_page_packs_what_it_sends_and_has_a_page_for_what_is_missing(ask):
    assert ask(f"/{PATH}/")[1].startswith(b"index.html")
    for name in ("index.html", "_static/notation.js"):
        assert ask(f"/{PATH}/{name}", Accept_Encoding="gzip")[0].getheader("Content-Encoding") == "gzip"
    missing, body = ask(f"/{PATH}/reference/gone.html")
    assert (missing.status, body[:8]) == (404, b"404.html")
    assert missing.getheader("X-Content-Type-Options") == "nosniff"
