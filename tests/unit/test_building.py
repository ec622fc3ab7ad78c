"""How the tests start the command."""

from __future__ import annotations

from tests.building import command_server, run_build


def test_a_command_does_not_end_with_the_code_of_an_earlier_process_of_its_number() -> None:
    server = command_server()
    number = server.process.pid
    server.codes.update(dict.fromkeys(range(number, number + 20_000), -9))
    try:
        assert run_build("--help").returncode == 0
    finally:
        server.codes.clear()
