# Verifies the signature of a message from Mendflow: python3 verify_signature.py SECRET "HEADER" < body.json
import hashlib
import hmac
import re
import sys
import time


def is_from_mendflow(secret: str, header: str, body: bytes) -> bool:
    """True when the body is Mendflow's and not older than five minutes. `body` is the bytes as they came, not parsed."""
    found = re.fullmatch(r"t=(\d{1,12}),v1=([0-9a-f]{64})", header, re.ASCII)
    if found is None or abs(time.time() - int(found[1])) > 300:
        return False
    expected = hmac.new(secret.encode(), found[1].encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, found[2])


if __name__ == "__main__":
    sys.exit(0 if is_from_mendflow(sys.argv[1], sys.argv[2], sys.stdin.buffer.read()) else 1)
