using System;
using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Campaigns;

/// <summary>One of the two machines that a campaign compares.</summary>
/// <param name="Name">What it is called in reports.</param>
/// <param name="Make">Makes one, as <see cref="Scripts.ScriptRunner.Run"/> wants it.</param>
public sealed record CampaignMachine(string Name, Func<ApicTraits, IReadOnlyList<uint>, IMachine> Make);
