using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Exploration;
using ApicShell.Firmware;
using FsCheck;
using FsCheck.Fluent;

namespace ApicShell.Tests;

/// <summary>Searches that could have been, with anything in them that the records allow.</summary>
internal static class RandomSearches
{
    private const int Vcpus = DesignProblem.MostVcpus;

    // What texts have been broken by: quotes, what old forms were cut at, what is not ASCII, and what takes two characters.
    private static readonly string[] s_pieces = ["a", "Z", "0", " ", "\"", "\\", "/", "&", "=", ":", "#", "+", "<", "é", "→", "😀", "phase ", "boot "];

    // What is one line of characters that can be seen no more.
    private static readonly string[] s_unfit = ["\n", "\r\n", "\t", "\0", "\u001B", "\u0085", "\u2028", "\u202E"];

    private static readonly MachineStep[] s_letters = [.. AlphabetCatalogue.All.SelectMany(alphabet => alphabet.Steps(Vcpus)).Distinct()];

    /// <summary>Searches whose results are as a search may give them; of those with a counterexample nobody says that its letters break anything.</summary>
    public static Gen<SearchRecord> All { get; } =
        from problem in Problems()
        from result in Results()
        from elapsed in Longs()
        from rate in Rates()
        from hasRate in Booleans()
        select new SearchRecord(problem, result, TimeSpan.FromTicks(elapsed), hasRate ? rate : null);

    /// <summary>Texts that cannot be shown as they are.</summary>
    public static Gen<string> Unfit { get; } =
        from before in Texts()
        from unfit in Gen.Elements(s_unfit)
        from after in Texts()
        select before + unfit + after;

    private static Gen<DesignProblem> Problems() =>
        from design in Designs()
        from isNative in Booleans()
        from scope in Gen.OrNull(Values<ApicScope>().Select(one => (object)one))
        from vcpus in Gen.OrNull(Gen.Choose(1, 300).Select(count => (object)count))
        from timer in Gen.OrNull(Values<SvsmTimer>().Select(one => (object)one))
        from letters in Gen.NonEmptyListOf(Gen.Elements(s_letters))
        from properties in Gen.Choose(0, (int)DesignProperties.All)
        from library in Values<GuestLibrary>()
        from folds in Booleans()
        from before in Gen.ListOf(Boots())
        select new DesignProblem(
            design,
            new BootEnvironment { IsNative = isNative, Scope = (ApicScope?)scope, VcpuCount = (int?)vcpus, Timer = (SvsmTimer?)timer },
            Vcpus,
            [.. letters],
            (DesignProperties)properties)
        {
            Library = library,
            FoldsSymmetry = folds,
            Before = [.. before],
        };

    private static Gen<ApicDesign> Designs() =>
        from name in Names()
        from texts in Gen.ArrayOf(Texts(), 5)
        from handler in Maybe<VcHandler>()
        from setup in Gen.OrNull(Booleans().Select(one => (object)one))
        from apics in Maybe<SvsmApics>()
        from vgif in Maybe<VgifSetters>()
        from scope in Maybe<ApicScope>()
        from offered in Maybe<HypervisorFeatures>()
        from otherwise in Maybe<HypervisorBehavior>()
        from made in Gen.ListOf(Texts())
        from mode in Gen.OrNull(Values<ApicMode>().Select(one => (object)one))
        from owner in Values<ResetOwner>()
        from steps in Steps()
        from timer in Maybe<SvsmTimer>()
        from behavior in Gen.ListOf(Values<SvsmBehavior>())
        from changes in Gen.ListOf(Changes())
        from amends in Booleans()
        select new ApicDesign
        {
            Name = name,
            Title = texts[0],
            For = texts[1],
            Against = texts[2],
            Source = texts[3],
            World = texts[4],
            Changes = [.. made],
            Handler = (VcHandler?)handler,
            SvsmSetup = (bool?)setup,
            SvsmApic = (SvsmApics?)apics,
            AllVectorsAllowed = !(bool?)setup,
            Vgif = (VgifSetters?)vgif,
            Scope = (ApicScope?)scope,
            Features = (HypervisorFeatures?)offered,
            HypervisorBehavior = (HypervisorBehavior?)otherwise,
            ResetMode = (ApicMode?)mode,
            ResetBy = owner,
            OnActivation = steps,
            Timer = (SvsmTimer?)timer,
            Behavior = behavior.Aggregate(SvsmBehavior.None, (all, one) => all | one),
            Firmware = [.. changes],
            AmendsFigure = amends,
        };

    private static Gen<PhaseChange> Changes() =>
        from phase in Names()
        from before in Steps()
        from instead in Gen.OrNull(Steps())
        from beforeAps in Steps()
        select new PhaseChange(phase, before, instead) { BeforeAps = beforeAps };

    private static Gen<ApicBoot> Boots() =>
        from name in Names()
        from title in Texts()
        from vcpus in Gen.Choose(1, 300)
        from after in Gen.OrNull(Texts())
        from phases in Gen.ListOf(Phases())
        select new ApicBoot(name, title, vcpus, after, [.. phases]);

    private static Gen<BootPhase> Phases() =>
        from name in Names()
        from source in Texts()
        from library in Values<GuestLibrary>()
        from steps in Steps()
        from code in Gen.OrNull(Texts())
        select new BootPhase(name, library, source, steps, code);

    private static Gen<SearchResult> Results() =>
        from status in Values<SearchStatus>()
        from counts in Gen.ArrayOf(Longs(), 3)
        from depths in Gen.ListOf(Longs())
        from bound in Rates()
        from identity in Fingerprints()
        from way in Ways()
        from depth in Gen.Choose(0, SearchOptions.DepthLimit)
        from count in Gen.Choose(1, SearchOptions.MostParts)
        from part in Gen.Choose(1, count)
        from isMerged in Booleans()
        select new SearchResult
        {
            Status = status,
            Depth = status == SearchStatus.Complete ? SearchResult.AnyDepth : depth,
            States = counts[0],
            Successors = counts[1],
            MemoryBytes = counts[2],
            DepthCounts = [.. depths],
            CollisionBound = bound,
            Identity = identity,
            Counterexample = status == SearchStatus.Broken ? way : null,
            Part = part,
            PartCount = count,
            IsMerged = isMerged,
        };

    private static Gen<Counterexample> Ways() =>
        from letters in Gen.NonEmptyListOf(Gen.Choose(0, s_letters.Length))
        from states in Gen.ListOf(Fingerprints())
        from property in Gen.Elements(Enum.GetValues<DesignBreak>().Where(one => one != DesignBreak.None).ToArray())
        from isCanonical in Booleans()
        select new Counterexample([.. letters], (int)property, [.. states], isCanonical);

    private static Gen<IReadOnlyList<MachineStep>> Steps() => Gen.ListOf(RandomSteps.All).Select(steps => (IReadOnlyList<MachineStep>)[.. steps]);

    private static Gen<object> Maybe<T>()
        where T : struct, Enum => Gen.OrNull(Values<T>().Select(one => (object)one));

    private static Gen<string> Texts() => Gen.ListOf(Gen.Elements(s_pieces)).Select(string.Concat);

    // Names have an end.
    private static Gen<string> Names() => Texts().Select(text => "N" + (text.Length > 90 ? "" : text));

    private static Gen<bool> Booleans() => Gen.Elements(false, true);

    private static Gen<T> Values<T>()
        where T : struct, Enum => Gen.Elements(Enum.GetValues<T>());

    /// <summary>Counts of any size, the least and the greatest often.</summary>
    private static Gen<long> Longs() =>
        from halves in Gen.ArrayOf(Gen.Choose(0, int.MaxValue), 2)
        from shift in Gen.Choose(0, 62)
        from edge in Gen.Choose(0, 9)
        select edge switch { 0 => 0, 1 => long.MaxValue, _ => (((long)halves[0] << 32) | (uint)halves[1]) >> shift };

    private static Gen<double> Rates() => Longs().Select(bits => BitConverter.Int64BitsToDouble(bits) is var rate && double.IsFinite(rate) ? rate : bits);

    private static Gen<Fingerprint> Fingerprints() =>
        from high in Longs()
        from low in Longs()
        select new Fingerprint((ulong)high << 1, (ulong)low);
}
