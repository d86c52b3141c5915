using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace ApicShell.Host;

/// <summary>What the command line asks for.</summary>
internal enum HostMode
{
    /// <summary>No script and no text: a prompt, or the standard input when that is redirected.</summary>
    Session,
    Script,
    Command,
    Help,
}

/// <summary>The command line, taken apart. Everything after the script belongs to the script.</summary>
/// <param name="Mode">What to do.</param>
/// <param name="Target">The script's path or the command's text.</param>
/// <param name="Arguments">The script's arguments, as they were typed.</param>
/// <param name="ModulePath">The module's directory when it is not the built one.</param>
internal sealed record HostOptions(HostMode Mode, string? Target, IReadOnlyList<string> Arguments, string? ModulePath)
{
    public const string Usage = """
        Usage: ApicShell.Host [-ModulePath DIR] [SCRIPT.ps1 [ARGS...] | -Command TEXT | -Help]

        A PowerShell engine with the ApicShell module in it.

          SCRIPT.ps1 [ARGS...]  Runs the script; -Name value, -Switch, -Switch:$false and positional arguments go to it.
          -Command TEXT         Runs the text.
          -ModulePath DIR       Imports DIR/ApicShell.psd1 instead of the module that 'dotnet build' made.
          -Help                 Prints this.

        Without a script: a prompt on a terminal; else the standard input is run as a script.

        Exit code: what 'exit N' in the script says, 0, 1 after a terminating error, 2 for a wrong command line,
        130 after Ctrl+C. As in pwsh, an error that does not end the script does not change its exit code; -Command
        gives 1 when its last statement failed.

        The engine has its core commands only: no Write-Output, Select-Object, Format-Table, Out-String or Get-Content.

        """;

    public static bool TryParse(
        string[] args, [NotNullWhen(true)] out HostOptions? options, [NotNullWhen(false)] out string? problem)
    {
        options = null;
        problem = null;
        string? modulePath = null;

        for (int i = 0; i < args.Length; i++)
        {
            string arg = args[i];
            string[] rest = args[(i + 1)..];
            if (!arg.StartsWith('-') || arg.Length == 1)
            {
                options = new HostOptions(HostMode.Script, arg, rest, modulePath);
                return true;
            }

            switch (arg.TrimStart('-').ToUpperInvariant())
            {
                case "HELP" or "H" or "?":
                    options = new HostOptions(HostMode.Help, null, [], modulePath);
                    return true;
                case "COMMAND" or "C" when rest.Length > 0:
                    options = new HostOptions(HostMode.Command, string.Join(' ', rest), [], modulePath);
                    return true;
                case "FILE" or "F" when rest.Length > 0:
                    options = new HostOptions(HostMode.Script, rest[0], rest[1..], modulePath);
                    return true;
                case "MODULEPATH" when rest.Length > 0:
                    modulePath = rest[0];
                    i++;
                    break;
                case "COMMAND" or "C" or "FILE" or "F" or "MODULEPATH":
                    problem = $"The option {arg} needs a value.";
                    return false;
                default:
                    problem = $"There is no option {arg}.";
                    return false;
            }
        }

        options = new HostOptions(HostMode.Session, null, [], modulePath);
        return true;
    }
}
