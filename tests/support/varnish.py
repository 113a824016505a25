"""A real Varnish in front of the edge, that keeps everything for an hour until it is told to drop it."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.support.running import free_ports
from tests.support.waiting import eventually

PROGRAM = shutil.which("varnishd") or shutil.which("varnishd", path="/usr/sbin")

VCL = """\
vcl 4.1;
acl ours { "127.0.0.1"; }
backend edge { .host = "127.0.0.1"; .port = "%d"; }
sub vcl_recv {
  if (req.method == "PURGE" || (req.method == "POST" && req.http.Surrogate-Key)) {
    if (client.ip !~ ours) { return (synth(403)); }
    if (req.method == "PURGE") { return (purge); }
    set req.http.X-Keys = regsuball(req.http.Surrogate-Key, " ", "|"); # a ban is read word by word: no space in it
    ban("obj.http.Surrogate-Key ~ (^|[[:space:]])(" + req.http.X-Keys + ")([[:space:]]|$)");
    return (synth(200));
  }
  return (hash);
}
sub vcl_backend_response {
  set beresp.uncacheable = beresp.http.Cache-Control ~ "no-store";
  set beresp.ttl = 1h;
  return (deliver);
}
"""


@asynccontextmanager
async def varnish(edge_port: int, folder: Path) -> AsyncIterator[str]:
    """Its address; it ends with the block."""
    assert PROGRAM is not None
    (port,) = free_ports(1)
    vcl = folder / "edge.vcl"
    vcl.write_text(VCL % edge_port, encoding="utf-8")
    options = ["-F", "-j", "none", "-a", f"127.0.0.1:{port}", "-f", str(vcl), "-n", str(folder / "v")]
    process = await asyncio.create_subprocess_exec(PROGRAM, *options, stdout=asyncio.subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"

    async def answers() -> None:
        assert process.returncode is None, "varnishd has ended"
        async with httpx.AsyncClient() as client:
            await client.get(f"{address}/healthz")

    try:
        await eventually(answers, within=60)
        yield address
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
