"""nginx as `deploy/nginx` sets it up, with files, ports and a certificate of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from conftest import unavailable
from live import ROOT, free_port, until

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
AROUND = """
{user}
worker_processes 2;
worker_rlimit_nofile 65536;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/start.log notice;
events {{ worker_connections 8192; }}
http {{
    default_type application/octet-stream;
    gzip on;
    gzip_types *;
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include conf.d/*.conf;
    include sites-available/*;
    server {{
        listen {intranet} ssl;
        listen [::]:{intranet} ssl;
        ssl_certificate {folder}/fullchain.pem;
        ssl_certificate_key {folder}/privkey.pem;
        include snippets/workshop-in-a-folder.conf;
        location / {{ return 200 "the rest of the site"; }}
    }}
    server {{
        listen 127.0.0.1:{plain};
        location / {{ include snippets/workshop.conf; }}
        location /socket.io/ {{
            include snippets/workshop.conf;
            proxy_next_upstream error timeout http_503;
        }}
    }}
}}
"""
"""Around it, as in Debian's nginx.conf, with all that could let something out switched on; a site that has the workshop
in a folder; and a door without TLS, for tools that speak none."""


class Front:
    """A running nginx. `port`: of the site under a name of its own; `intranet`: of that with a folder; `plain`: without
    TLS."""

    def __init__(self, folder: Path, upstreams: Sequence[int]) -> None:
        if NGINX is None:
            unavailable("there is no nginx here")
        self.folder, self.logs = folder, folder / "logs"
        self.http, self.port, self.intranet, self.plain = (free_port() for _ in range(4))
        shutil.copytree(ROOT / "deploy/nginx", folder, dirs_exist_ok=True)
        self.logs.mkdir()
        self.certificate = folder / "fullchain.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1",
             "-keyout", str(folder / "privkey.pem"), "-out", str(self.certificate)],
            check=True, capture_output=True,
        )  # fmt: skip
        servers = "\n".join(f"    server 127.0.0.1:{port} max_fails=0;" for port in upstreams)
        for path in [path for path in folder.rglob("*") if path.is_file() and path.suffix in ("", ".conf")]:
            text = path.read_text()
            text = re.sub(r"^ *server 127\.0\.0\.1:5000 .*$", servers, text, flags=re.MULTILINE)
            text = re.sub(r"(listen (?:\[::\]:)?)443\b", rf"\g<1>{self.port}", text)
            text = re.sub(r"(listen (?:\[::\]:)?)80\b", rf"\g<1>{self.http}", text)
            text = text.replace("/etc/letsencrypt/live/workshop.example.org", str(folder))
            text = text.replace("/var/log/nginx", str(self.logs)).replace("workshop.example.org", "localhost")
            path.write_text(text)
        user = "user root;" if os.geteuid() == 0 else ""
        around = AROUND.format(user=user, folder=folder, intranet=self.intranet, plain=self.plain)
        (folder / "nginx.conf").write_text(around)
        self.command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]

    def test(self) -> str:
        """What `nginx -t` says; fails if it finds a fault."""
        done = subprocess.run([*self.command, "-t"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stderr

    @property
    def said(self) -> str:
        """All that stands in any of its logs."""
        return "".join(path.read_text() for path in [*self.logs.iterdir(), *self.folder.glob("*.log")])


@contextmanager
def front(folder: Path, upstreams: Sequence[int]) -> Iterator[Front]:
    """nginx before servers that listen at these ports, as long as a test needs it."""
    one = Front(folder, upstreams)
    with (folder / "out").open("wb") as out, subprocess.Popen(one.command, stdout=out, stderr=out) as process:
        try:
            until(lambda: (folder / "nginx.pid").exists() or process.poll() is not None)
            assert process.poll() is None, (folder / "out").read_text()
            yield one
        finally:
            process.terminate()
