using System.Collections.Generic;
using System.Linq;
using ApicShell.Emulation;
using FsCheck.Xunit;
using Xunit;

namespace ApicShell.Tests;

public class TimerQueueTests
{
    [Property(MaxTest = 500)]
    public void The_first_to_end_is_first_whatever_was_set_moved_and_removed(byte[] program)
    {
        var queue = new TimerQueue();
        Dictionary<int, ulong> reference = [];
        for (int i = 0; i + 1 < program.Length; i += 2)
        {
            int vcpu = program[i] & 31;
            if (program[i] < 0xA0)
            {
                queue.Set(vcpu, program[i + 1]);
                reference[vcpu] = program[i + 1];
            }
            else
            {
                queue.Remove(vcpu);
                reference.Remove(vcpu);
            }

            Assert.Equal(reference.Count, queue.Count);
            Assert.Equal(reference.ContainsKey(vcpu), queue.Contains(vcpu));
            if (reference.Count > 0)
            {
                KeyValuePair<int, ulong> first = reference.OrderBy(entry => entry.Value).ThenBy(entry => entry.Key).First();
                Assert.Equal((first.Key, first.Value), (queue.First, queue.FirstTime));
            }
        }
    }
}
