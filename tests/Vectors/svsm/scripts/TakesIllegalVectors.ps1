$v = (New-ApicMachine -ApicId 0x0, 0x3 -Platform SevSnp -ApicScope Shared -ResetMode X2Apic).Vcpu
Write-ApicMsr Svr 0x1FF -Origin Svsm -Vcpu $v
Enable-ApicAlternateInjection -VcHandler Proposal -SvsmBehavior TakesIllegalVectors -Vcpu $v
Set-ApicVcpu -InterruptsEnabled $true -Vcpu $v
Write-ApicMsr SelfIpi 0x04 -Vcpu $v[0]
