$v = (New-ApicMachine -ApicId 0x0, 0x3 -Platform SevSnp -ApicScope Shared -ResetMode X2Apic).Vcpu
Write-ApicMsr Svr 0x1FF -Origin Svsm -Vcpu $v
Enable-ApicAlternateInjection -VcHandler Proposal -SvsmBehavior NmiReplacesEvent -Vcpu $v
Set-ApicVcpu -InterruptsEnabled $true -Vcpu $v
Set-ApicVcpu -Vmpl 0 -ExitInterrupt 0x8000030E -Vcpu $v[0]
Write-ApicMsr Icr 0x40441 -Vcpu $v[0]
