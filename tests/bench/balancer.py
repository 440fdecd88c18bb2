"""What stands before several Rasa processes: each connection goes to the next of them. Run: balancer.py PORT PORT…"""

import asyncio
import sys
from contextlib import suppress
from itertools import cycle


async def main(port: int, behind: list[int]) -> None:
    """Listen on loopback and hand on what comes, both ways, until killed."""
    turn = cycle(behind)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", next(turn))
        await asyncio.gather(carry(reader, back), carry(there, writer))

    async with await asyncio.start_server(serve, "127.0.0.1", port) as server:
        await server.serve_forever()


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Write on whatever is read, and close when it ends."""
    with suppress(ConnectionError):
        while some := await reader.read(65_536):
            writer.write(some)
            await writer.drain()
    writer.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), [int(port) for port in sys.argv[2:]]))
