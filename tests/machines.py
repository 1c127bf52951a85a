"""An executor without machines."""

from concurrent.futures import Executor, Future


class Here(Executor):
    """Runs what it is given at once, in this thread."""

    def submit(self, function, /, *arguments):
        future = Future()
        try:
            future.set_result(function(*arguments))
        except Exception as error:  # noqa: BLE001 — as a worker does
            future.set_exception(error)
        return future
