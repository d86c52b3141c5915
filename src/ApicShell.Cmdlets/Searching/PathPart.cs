using System.Collections.Generic;

namespace ApicShell.Searching;

/// <summary>A part of a path that was run again: the making of the machine, a phase of a boot, or a step of the search.</summary>
internal sealed class PathPart(string title, int vcpu, IReadOnlyList<string> commands, IReadOnlyList<ApicTraceEvent> events)
{
    /// <summary>What it is.</summary>
    public string Title => title;

    /// <summary>The vCPU that does it; -1 where that is not one.</summary>
    public int Vcpu => vcpu;

    /// <summary>The commands that do it.</summary>
    public IReadOnlyList<string> Commands => commands;

    /// <summary>What the machine did.</summary>
    public IReadOnlyList<ApicTraceEvent> Events => events;
}
