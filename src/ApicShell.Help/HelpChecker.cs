using System;
using System.Collections.Generic;
using System.Linq;

namespace ApicShell.Help;

/// <summary>Joins cmdlets and pages, and names everything that has no counterpart on the other side.</summary>
internal sealed class HelpChecker(IReadOnlyList<CommandDescription> commands, PageFolder pages, DiagnosticList diagnostics)
{
    /// <summary>The joined help, complete only when nothing was added to the diagnostics.</summary>
    internal IReadOnlyList<CommandHelp> Join()
    {
        CheckCommon();
        foreach (HelpPage page in pages.Pages.Where(page => !commands.Any(command => Same(command.Name, page.Name))))
        {
            Report(page, 1, DiagnosticCode.UnknownCmdlet, $"the module has no cmdlet {page.Name}");
        }

        var joined = new List<CommandHelp>();
        foreach (CommandDescription command in commands)
        {
            if (pages.Pages.FirstOrDefault(page => Same(page.Name, command.Name)) is { } page)
            {
                joined.Add(Join(command, page));
            }
            else
            {
                diagnostics.Add(pages.PathOf(command.Name), 1, DiagnosticCode.MissingPage, $"the cmdlet {command.Name} has no page");
            }
        }
        return joined;
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private void CheckCommon()
    {
        foreach (HelpEntry entry in pages.Common)
        {
            if (!commands.Any(command => command.Parameters.Any(parameter => parameter.Name == entry.Name)))
            {
                diagnostics.Add(pages.CommonPath, entry.Line, DiagnosticCode.UnknownParameter, $"no cmdlet has a parameter {entry.Name}");
            }
        }
    }

    private CommandHelp Join(CommandDescription command, HelpPage page)
    {
        if (command.Name != page.Name)
        {
            Report(page, 1, DiagnosticCode.UnknownCmdlet, $"the cmdlet is spelled {command.Name}");
        }

        return new CommandHelp(
            command,
            page,
            JoinParameters(command, page),
            JoinTypes("takes from the pipeline", page, page.Inputs, command.Inputs),
            JoinTypes("declares as output", page, page.Outputs, command.Outputs));
    }

    private List<ParameterHelp> JoinParameters(CommandDescription command, HelpPage page)
    {
        foreach (HelpEntry entry in page.Parameters.Where(entry => !command.Parameters.Any(parameter => parameter.Name == entry.Name)))
        {
            Report(page, entry.Line, DiagnosticCode.UnknownParameter, $"{command.Name} has no parameter {entry.Name}");
        }

        var joined = new List<ParameterHelp>();
        foreach (ParameterDescription parameter in command.Parameters)
        {
            HelpEntry? own = page.Parameters.FirstOrDefault(entry => entry.Name == parameter.Name);
            HelpEntry? entry = own ?? pages.Common.FirstOrDefault(entry => entry.Name == parameter.Name);
            if (entry is { Text.Count: > 0 })
            {
                joined.Add(new ParameterHelp(parameter, entry));
            }
            else
            {
                Report(page, own?.Line ?? 1, DiagnosticCode.MissingParameter, $"{command.Name} has no text for {parameter.Name}");
            }
        }
        return joined;
    }

    private TypeHelp[] JoinTypes(string role, HelpPage page, IReadOnlyList<HelpEntry> entries, IReadOnlyList<TypeDescription> types)
    {
        var texts = new Dictionary<TypeDescription, HelpEntry>();
        IReadOnlyList<TypeDescription> known = types.All(type => type.IsPropertyOnly) ? [TypeDescription.None, .. types] : types;
        foreach (HelpEntry entry in entries)
        {
            if (known.FirstOrDefault(type => Same(type.FullName, entry.Name) || Same(type.ShortName, entry.Name)) is { } type)
            {
                texts[type] = entry;
            }
            else
            {
                Report(page, entry.Line, DiagnosticCode.UnknownType, $"{entry.Name} is no type that {page.Name} {role}: {Names(known)}");
            }
        }

        TypeHelp[] shown = [.. known.Where(type => texts.ContainsKey(type) || !(type.IsPropertyOnly || type == TypeDescription.None))
            .Select(type => new TypeHelp(type, texts.GetValueOrDefault(type)?.Text ?? []))];
        return shown.Length > 0 ? shown : [new TypeHelp(TypeDescription.None, [])];
    }

    private void Report(HelpPage page, int line, string code, string message) => diagnostics.Add(page.Path, line, code, message);

    private static string Names(IEnumerable<TypeDescription> types) => string.Join(", ", types.Select(type => type.ShortName));
}
