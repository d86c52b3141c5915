$v = (New-ApicMachine -ApicId 0x0, 0x3 -Platform SevSnp -ApicScope Shared -ResetMode X2Apic).Vcpu
Write-ApicMsr Svr 0x1FF -Origin Svsm -Vcpu $v
Enable-ApicAlternateInjection -VcHandler Proposal -SvsmBehavior NmiSentAsFixed -Vcpu $v
Set-ApicVcpu -InterruptsEnabled $true -Vcpu $v
Write-ApicMsr Icr 0x300000441 -Vcpu $v[0]
