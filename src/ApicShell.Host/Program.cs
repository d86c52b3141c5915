using System;
using System.Globalization;
using System.IO;

namespace ApicShell.Host;

/// <summary>The console program: reads the command line, opens the session and turns its end into an exit code.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        // The engine would report usage over the network otherwise; an experiment at a prompt must stay on its machine.
        Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");

        // Help breaks lines between words only in languages that it knows, and the invariant culture of a bare locale is none.
        if (CultureInfo.CurrentCulture.Equals(CultureInfo.InvariantCulture))
            CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.GetCultureInfo("en-US");

        if (!HostOptions.TryParse(args, out HostOptions? options, out string? problem))
        {
            Console.Error.WriteLine(problem);
            Console.Error.WriteLine("'ApicShell.Host -Help' prints the usage.");
            return ExitCode.Usage;
        }

        if (options.Mode == HostMode.Help)
        {
            Console.Out.Write(HostOptions.Usage);
            return ExitCode.Success;
        }

        if (!ModuleLayout.TryFindManifest(options.ModulePath, out string? manifest, out problem))
        {
            Console.Error.WriteLine(problem);
            return ExitCode.Failure;
        }

        VirtualTerminal.Enable();
        var output = new ConsoleOutput();
        using Session session = Session.Open(new ConsoleHostUI(output), manifest);

        // A prompt outlives any Ctrl+C. A script ends on the second one, should it not stop on the first.
        bool isPrompt = options.Mode == HostMode.Session && ConsoleOutput.IsInteractive;
        Console.CancelKeyPress += (_, key) => key.Cancel = session.Stop() || isPrompt;

        int imported = session.ImportModule(manifest);
        return imported == ExitCode.Success ? Run(session, options, output) : imported;
    }

    private static int Run(Session session, HostOptions options, ConsoleOutput output) => options.Mode switch
    {
        HostMode.Script => session.RunScript(options.Target!, options.Arguments),
        HostMode.Command => session.RunCommand(options.Target!),
        _ when ConsoleOutput.IsInteractive => new InteractiveLoop(session, output).Run(),
        _ => session.RunText(ReadStandardInput()),
    };

    private static string ReadStandardInput()
    {
        // Not through Console.In, which would edit lines when the input is a terminal and only the output is redirected.
        using var reader = new StreamReader(Console.OpenStandardInput(), Console.InputEncoding);
        return reader.ReadToEnd();
    }
}
