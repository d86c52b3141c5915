using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Emulation;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <content>What a device writes, and messages to the APICs by their IDs.</content>
public sealed partial class SendApicInterruptCommand
{
    private const int DataBits = 32;
    private const int MsiShift = 20;

    private void SendMsis(ApicMachine machine)
    {
        // KVM looks at the fields alone; on a machine, a write to any other address is a write of memory. With 32-bit IDs the
        // destination's bits 31:8 are bits 63:40.
        ulong address = Address.ToUInt64();
        if ((uint)address >> MsiShift != InterruptMessage.MsiBase >> MsiShift || ((address >> 32) & (HasLongIds(machine) ? 0xFFu : uint.MaxValue)) != 0)
        {
            throw ApicErrors.MsiAddressInvalid(address);
        }

        foreach (NumberArgument data in Data)
        {
            SendMsi(machine, address, (uint)data.ToUInt64(DataBits));
        }
    }

    private void SendMessages(ApicMachine machine)
    {
        foreach (byte vector in VectorsOf(Vector, Mode))
        {
            foreach (NumberArgument destination in Destination)
            {
                if (Stopping)
                {
                    return;
                }

                SendMessage(machine, new(
                    destination.ToUInt32(), vector, Mode, isLogical: Logical, isLevel: Level, redirectionHint: RedirectionHint));
            }
        }
    }

    private static bool HasLongIds(ApicMachine machine) => (machine.Core.Traits.Quirks & KvmQuirks.X2Apic32BitIds) != 0;

    private void SendMsi(ApicMachine machine, ulong address, uint data)
    {
        if (!ShouldProcess($"machine {machine}", $"MSI 0x{address:X8} = 0x{data:X}"))
        {
            return;
        }

        var message = InterruptMessage.OfMsi(address, data, HasLongIds(machine));
        Recorder.Expect(message.Vector, message.Mode);
        Recorded(machine, core => core.SendMsi(address, data));
        Write(machine, message);
    }

    private void SendMessage(ApicMachine machine, InterruptMessage message)
    {
        if (ShouldProcess($"machine {machine}", $"Message {Name(message.Mode, message.Vector)} to {Words(message)}"))
        {
            Recorder.Expect(message.Vector, message.Mode);
            Recorded(machine, core => core.Send(message));
            Write(machine, message);
        }
    }

    private void Write(ApicMachine machine, in InterruptMessage message)
    {
        // As an IPI's rule: who accepted it is said by the targets.
        bool any = false;
        foreach (InterruptEvent target in Recorder.Targets)
        {
            any |= target.Kind is InterruptEventKind.Accepted or InterruptEventKind.Merged;
        }

        WriteObject(new ApicDelivery(
            machine, null, message.Vector, message.Mode, Words(message), any ? RuleId.IpiAccepted : RuleId.IpiNotAccepted, Recorder.Targets));
    }

    private static string Words(in InterruptMessage message) =>
        IpiDestination.Describe(message.Destination, message.IsLogical, message.Destination > XApicId.Highest);
}
