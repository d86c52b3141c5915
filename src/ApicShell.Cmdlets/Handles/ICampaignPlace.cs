using System;
using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell;

/// <summary>Where the machines of a campaign are made and used.</summary>
internal interface ICampaignPlace : IDisposable
{
    /// <summary>What they run on.</summary>
    string Description { get; }

    /// <summary>Makes one.</summary>
    IMachine Make(ApicTraits traits, IReadOnlyList<uint> apicIds);

    /// <summary>Does what uses them, where that is quickest.</summary>
    void Run(Action action);
}

/// <summary>Machines of the emulator.</summary>
internal sealed class EmulatorPlace : ICampaignPlace
{
    public string Description => "the emulator";

    public IMachine Make(ApicTraits traits, IReadOnlyList<uint> apicIds) => new Machine(traits, new NativePlatform(), apicIds);

    public void Run(Action action) => action();

    public void Dispose()
    {
    }
}
