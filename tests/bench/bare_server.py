"""The hub's server and signature check, and nothing kept: what bench_delivery compares with."""

import base64
import hashlib
import hmac
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request, Response

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.e2e.town import SECRETS

app = FastAPI()


@app.get("/healthz")
async def healthz() -> Response:
    """Say that it is there."""
    return Response("ok")


@app.post("/line/webhook")
async def webhook(request: Request) -> Response:
    """Answer 200 to what LINE signed."""
    made = hmac.new(SECRETS["LINE_CHANNEL_SECRET"].encode(), await request.body(), hashlib.sha256).digest()
    signed = hmac.compare_digest(base64.b64encode(made).decode(), request.headers.get("x-line-signature", ""))
    return Response(status_code=200 if signed else 401)


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_config=None, access_log=False, http="h11")
