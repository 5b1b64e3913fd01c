"""How the command line presents itself: commands in sections, with an example for each."""

import click

from workbook.cli.errors import sentence_for

INTERRUPTED = 130  # the usual exit code after Ctrl-C


class TableOfContents(click.Group):
    """A group of commands that lists them by section, and turns every failure into a sentence."""

    def __init__(self, *arguments, **settings):
        super().__init__(*arguments, **settings)
        self.sections: dict[str, list[click.Command]] = {}

    def add_section(self, title: str, commands: list[click.Command]) -> None:
        """Add commands under a heading; headings and commands keep this order."""
        self.sections[title] = commands
        for command in commands:
            self.add_command(command)

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names of the commands in the order of the sections."""
        return [command.name for commands in self.sections.values() for command in commands]

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections; a group of commands lists what is inside it."""
        for title, commands in self.sections.items():
            with formatter.section(title):
                formatter.write_dl(
                    [
                        (name, one.get_short_help_str(70))
                        for command in commands
                        for name, one in _with_inner_commands(command)
                    ]
                )

    def invoke(self, context: click.Context):
        """Run the command. What goes wrong is told in a sentence, never as a traceback."""
        try:
            return super().invoke(context)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            click.echo("\nStopped, as you asked. No half-written file was left behind.", err=True)
            context.exit(INTERRUPTED)
        except Exception as error:
            raise click.ClickException(sentence_for(error)) from error


def example(*lines: str) -> str:
    """Return the examples at the end of a help page."""
    heading = "Example:" if len(lines) == 1 else "Examples:"
    return "\b\n" + "\n".join([heading, *(f"  {line}" for line in lines)])


def _with_inner_commands(command: click.Command) -> list[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        return [(command.name, command)]
    return [(f"{command.name} {inner.name}", inner) for inner in command.commands.values()]
