using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>What a change of mode keeps, derives and loses, by model (APM vol. 2, 16.9 and 16.11; SDM vol. 3; KVM lapic.c, recordings).</summary>
internal abstract class ModeChange
{
    private static readonly ModeChange[] s_byModel = [new KvmModeChange(), new AmdModeChange(), new IntelModeChange()];

    public static ModeChange Of(ApicModel model) => s_byModel[(int)model];

    /// <summary>Follows a change from one valid mode to another; APIC_BASE already holds the new one.</summary>
    public abstract void Apply(ref LocalApicState apic, ModelProfile profile, ApicMode from, ApicMode to);

    /// <summary>The vCPU's own ID, with what software wrote into the eight bits that xAPIC mode has of it.</summary>
    private static uint CarriedId(in LocalApicState apic) => (apic.InitialId & ~XApicId.Highest) | new XApicId(apic[ApicRegister.Id]).Value;

    private static void EnterX2Apic(ref LocalApicState apic, uint id)
    {
        apic[ApicRegister.Id] = id;
        apic[ApicRegister.Ldr] = LogicalId.OfX2Apic(id).Value;
    }

    /// <summary>KVM keeps everything but the ID, which returns to the vCPU's own at every enabling, and LDR on entering x2APIC mode.</summary>
    private sealed class KvmModeChange : ModeChange
    {
        public override void Apply(ref LocalApicState apic, ModelProfile profile, ApicMode from, ApicMode to)
        {
            if (to == ApicMode.X2Apic)
            {
                EnterX2Apic(ref apic, apic.InitialId);
            }
            else if (to == ApicMode.XApic)
            {
                apic[ApicRegister.Id] = XApicId.Of(apic.InitialId).Register;
            }
        }
    }

    /// <summary>
    /// AMD carries an 8-bit ID that software wrote into x2APIC mode, derives LDR and loses the ICR's upper half. What disabling does
    /// the APM does not say (<see cref="OpenState"/>): everything is kept, and the ID gets its 8-bit form back.
    /// </summary>
    private sealed class AmdModeChange : ModeChange
    {
        public override void Apply(ref LocalApicState apic, ModelProfile profile, ApicMode from, ApicMode to)
        {
            if (to == ApicMode.X2Apic)
            {
                EnterX2Apic(ref apic, CarriedId(apic));
                OpenState.EnterX2Apic(ref apic, ownId: false);
                apic.IcrDestination = 0;
                return;
            }

            if (from == ApicMode.X2Apic)
            {
                apic[ApicRegister.Id] = XApicId.Of(apic[ApicRegister.Id]).Register;
            }

            if (to == ApicMode.Disabled)
            {
                OpenState.Begin(ref apic, keepsId: apic[ApicRegister.Id] == XApicId.Of(apic.InitialId).Register);
            }
        }
    }

    /// <summary>
    /// Intel loses an ID that software wrote and derives LDR on entering x2APIC mode (SDM vol. 3, 10.12.5.1). What an APIC holds that is enabled again is
    /// open, but for its ID (<see cref="OpenState"/>): it starts as after RESET.
    /// </summary>
    private sealed class IntelModeChange : ModeChange
    {
        public override void Apply(ref LocalApicState apic, ModelProfile profile, ApicMode from, ApicMode to)
        {
            if (to == ApicMode.X2Apic)
            {
                EnterX2Apic(ref apic, apic.InitialId);
                OpenState.EnterX2Apic(ref apic, ownId: true);
                apic.IcrDestination = 0;
                return;
            }

            if (to == ApicMode.Disabled)
            {
                OpenState.Begin(ref apic, keepsId: true);
            }

            uint id = from == ApicMode.X2Apic ? XApicId.Of(apic[ApicRegister.Id]).Register : apic[ApicRegister.Id];
            if (to == ApicMode.XApic)
            {
                LocalApicReset.ResetRegisters(ref apic, profile);
            }

            apic[ApicRegister.Id] = id;
        }
    }
}
