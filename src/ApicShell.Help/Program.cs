using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using ApicShell.Engine;

namespace ApicShell.Help;

/// <summary>
/// Usage: <c>ApicShell.Help &lt;layout&gt; &lt;pages&gt;</c>. Writes <c>en-US/&lt;module&gt;.dll-Help.xml</c> into the layout. Exit code 1
/// when something is wrong with the help, each thing on its own line of standard error; 2 when called wrongly.
/// </summary>
internal static class Program
{
    private const string Culture = "en-US";

    private static int Main(string[] arguments)
    {
        if (arguments.Length != 2)
        {
            Console.Error.WriteLine("usage: ApicShell.Help <layout> <pages>");
            return 2;
        }

        EngineFolder.Use(EngineFolder.Built);
        var diagnostics = new DiagnosticList();
        Build(Path.GetFullPath(arguments[0]), Path.GetFullPath(arguments[1]), diagnostics);
        foreach (Diagnostic diagnostic in diagnostics.Sorted)
        {
            Console.Error.WriteLine(diagnostic);
        }

        return diagnostics.IsEmpty ? 0 : 1;
    }

    private static void Build(string layout, string folder, DiagnosticList diagnostics)
    {
        PageFolder pages = PageFolder.Read(folder, diagnostics);
        string[] manifests = Directory.Exists(layout) ? Directory.GetFiles(layout, "*.psd1") : [];
        if (manifests.Length != 1)
        {
            diagnostics.Add(layout, 1, DiagnosticCode.Module, $"the layout has {manifests.Length} module manifests, not one");
            return;
        }

        IReadOnlyList<CommandDescription> commands = ReadCommands(manifests[0], diagnostics);
        if (commands.Count == 0)
        {
            return;
        }

        string target = Path.Combine(layout, Culture);
        IReadOnlyList<CommandHelp> help = new HelpChecker(commands, pages, diagnostics).Join();
        var references = new ReferenceChecker(commands, target, diagnostics);
        foreach (CommandHelp command in help)
        {
            references.Check(command.Page);
        }

        if (diagnostics.IsEmpty)
        {
            Directory.CreateDirectory(target);
            string file = Path.GetFileNameWithoutExtension(manifests[0]) + ".dll-Help.xml";
            File.WriteAllBytes(Path.Combine(target, file), MamlWriter.Write(help));
        }
    }

    private static IReadOnlyList<CommandDescription> ReadCommands(string manifest, DiagnosticList diagnostics)
    {
        string module = Path.GetFileNameWithoutExtension(manifest);
        try
        {
            using ModuleSession session = ModuleSession.Import(manifest);
            foreach (CommandInfo function in session.GetCommands(module, CommandTypes.Function))
            {
                diagnostics.Add(manifest, 1, DiagnosticCode.Module, $"only cmdlets have help, and {function.Name} is a function");
            }

            IReadOnlyList<CommandDescription> commands =
                [.. session.GetCommands(module, CommandTypes.Cmdlet).Cast<CmdletInfo>().Select(CommandReader.Read)];
            if (commands.Count == 0)
            {
                diagnostics.Add(manifest, 1, DiagnosticCode.Module, "the module exports no cmdlets");
            }

            return commands;
        }
        catch (RuntimeException exception)
        {
            string reason = exception.Message.ReplaceLineEndings(" ");
            diagnostics.Add(manifest, 1, DiagnosticCode.Module, $"the module cannot be imported: {reason}");
            return [];
        }
    }
}
