using System;
using System.Linq;
using ApicShell.Confidential;
using ApicShell.Exploration;
using ApicShell.Firmware;
using ApicShell.Searching;
using ApicShell.Serialization;

namespace ApicShell;

/// <summary>
/// What a search through a design found: the shortest way to break a property, or how far there is none. A snapshot; the way is run again when it is
/// first looked at.
/// </summary>
public sealed class ApicDivergence
{
    private const int FewStates = 10_000;

    private readonly SearchRecord _record;
    private readonly Lazy<DivergencePath?> _path;

    internal ApicDivergence(SearchRecord record)
    {
        _record = record;
        _path = new(() => record.Result.Counterexample is { } way ? DivergencePath.Run(record.Problem, way.Letters) : null);
    }

    /// <summary>The design's name.</summary>
    public string Design => _record.Problem.Design.Name;

    /// <summary>The world that it was put into, by name; what is found is true of it.</summary>
    public string World => _record.Problem.Design.World;

    /// <summary>Whether a way to break a property was found.</summary>
    public bool Found => Result.Counterexample is not null;

    /// <summary>How the search ended.</summary>
    public SearchStatus Status => Result.Status;

    /// <summary>The same in words.</summary>
    public string Verdict => DivergenceVerdict.Of(Result);

    /// <summary>Steps of the way; without one, how many steps are known to break nothing.</summary>
    public int Depth => Result.Depth;

    /// <summary>The property that is broken; None where none is.</summary>
    public DesignProperties Property => Result.Counterexample is { } way ? BrokenStepText.PropertyOf((DesignBreak)way.Property) : DesignProperties.None;

    /// <summary>How it is broken.</summary>
    public DesignBreak Break => Result.Counterexample is { } way ? (DesignBreak)way.Property : DesignBreak.None;

    /// <summary>The steps of the way, as they are written.</summary>
    public string[] Step => Result.Counterexample is { } way ? [.. way.Letters.Select(letter => _record.Problem.Letters[letter].ToString())] : [];

    /// <summary>What is wrong after the last step, with rule and source; empty where nothing is.</summary>
    public string Problem => _path.Value is { } path ? BrokenStepText.Of(path.Broken) : "";

    /// <summary>Whether no shorter way and none that the rules prefer can be left: the whole depth was tried.</summary>
    public bool IsShortest => Result.Counterexample?.IsCanonical ?? false;

    /// <summary>The platform that was searched.</summary>
    public ApicPlatform Platform => _record.Problem.Environment.IsNative ? ApicPlatform.Native : ApicPlatform.SevSnp;

    /// <summary>On SEV-SNP, whether all VMPLs of a vCPU share a local APIC; else null.</summary>
    public ApicScope? ApicScope => Platform == ApicPlatform.Native ? null : _record.Problem.Design.Scope ?? Confidential.ApicScope.Shared;

    /// <summary>Number of vCPUs.</summary>
    public int VcpuCount => _record.Problem.VcpuCount;

    /// <summary>How guests reach their APICs.</summary>
    public GuestLibrary Library => _record.Problem.Library;

    /// <summary>What was to hold.</summary>
    public DesignProperties Checked => _record.Problem.Properties;

    /// <summary>The boots that ran before the search, with the last phase that did; empty for none.</summary>
    public string[] After => [.. _record.Problem.Before.Select(boot => boot.Phases.Count == 0 ? boot.Name : $"{boot.Name}, {boot.Phases[boot.Phases.Count - 1].Name}")];

    /// <summary>Everything that could be done next.</summary>
    public string[] Alphabet => [.. _record.Problem.Letters.Select(letter => letter.ToString())];

    /// <summary>Distinct states of all levels that were completed.</summary>
    public long States => Result.States;

    /// <summary>Steps that were tried and possible.</summary>
    public long Successors => Result.Successors;

    /// <summary>States by depth, from 0.</summary>
    public long[] StatesByDepth => [.. Result.DepthCounts];

    /// <summary>Steps tried a second; null where that is not known.</summary>
    public double? SuccessorsPerSecond => _record.Rate;

    /// <summary>The most bytes that the states took at a time.</summary>
    public long Memory => Result.MemoryBytes;

    /// <summary>Bytes a state at that time; null of so few states that it would say nothing, and of a search that ended inside a level, whose states are not counted.</summary>
    public double? BytesPerState => States < FewStates || Status is SearchStatus.Stopped or SearchStatus.MemoryBound ? null : Math.Round((double)Memory / States, 1);

    /// <summary>The chance is not greater that a state was overlooked because its fingerprint is that of another.</summary>
    public double CollisionBound => Result.CollisionBound;

    /// <summary>How long the search took; of parts the longest.</summary>
    public TimeSpan Elapsed => _record.Elapsed;

    /// <summary>Which part of the search it is, from 1.</summary>
    public int Part => Result.Part;

    /// <summary>Of how many parts.</summary>
    public int Of => Result.PartCount;

    /// <summary>What the machine did on the way, hop by hop; empty where there is none.</summary>
    public ApicTraceEvent[] Trace => [.. Path?.Steps.SelectMany(step => step.Events) ?? []];

    /// <summary>A script that goes the way on a machine of the session; empty where there is none.</summary>
    public string Script => Path is { } path ? DivergenceScript.Of(path, Verdict) : "";

    /// <summary>The way as a sequence diagram in the language of Mermaid; empty where there is none.</summary>
    public string Mermaid => Path is { } path ? DivergenceDiagram.Of(path) : "";

    /// <summary>Where it was searched, in words.</summary>
    public string Searched => SearchViewText.Searched(this);

    /// <summary>How much was tried, in words.</summary>
    public string Tried => SearchViewText.Tried(this);

    /// <summary>What it cost, in words.</summary>
    public string Cost => SearchViewText.Cost(this);

    /// <summary>The chance that a state was overlooked, in words.</summary>
    public string Overlooked => SearchViewText.Overlooked(this);

    /// <summary>The search and its result as one line of JSON, for Merge-ApicDivergence.</summary>
    public string Text => SearchText.Write(_record);

    internal SearchRecord Record => _record;

    private SearchResult Result => _record.Result;

    private DivergencePath? Path => _path.Value;

    /// <inheritdoc/>
    public override string ToString() => $"{Design}: {Verdict}";
}
