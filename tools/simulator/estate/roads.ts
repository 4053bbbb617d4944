/** A road as the towns (or `lat,lon` way points) it runs by, in order. */
export interface Road {
  readonly name: string;
  readonly by: readonly string[];
}

// Written by us from plain geography; between two names the demonstration draws a straight line.
const TABLE = `
M1: 51.600,-0.240 > Watford > Hemel Hempstead > Luton > Milton Keynes > Northampton > Rugby > Leicester > Loughborough > Nottingham > Mansfield > Chesterfield > Sheffield > Barnsley > Wakefield > Leeds
M2: Gillingham > 51.345,0.730 > Canterbury
M3: Staines > Farnborough > Basingstoke > Winchester > Southampton
M4: Hounslow > Slough > Reading > Newbury > Swindon > Chippenham > Bristol > Newport > Cardiff > Bridgend > Port Talbot > Swansea
M5: Walsall > Dudley > Bromsgrove > Worcester > Cheltenham > Gloucester > Bristol > Weston-super-Mare > Bridgwater > Taunton > Exeter
M6: Rugby > Nuneaton > Coventry > Birmingham > Walsall > Cannock > Stafford > Stoke-on-Trent > Crewe > Warrington > Wigan > Preston > Lancaster > Kendal > Penrith > Carlisle > Gretna
M8: Edinburgh > Livingston > Motherwell > Glasgow > Paisley
M9: Edinburgh > Falkirk > Stirling
M11: Ilford > Harlow > 51.990,0.200 > Cambridge
M18: Rotherham > Doncaster > Goole
M20: Sevenoaks > Maidstone > Ashford > Folkestone
M23: Croydon > Redhill > Crawley
M25: Thurrock > Romford > 51.686,0.110 > Enfield > 51.700,-0.220 > Watford > Uxbridge > Staines > Woking > Redhill > Sevenoaks > 51.400,0.230 > Thurrock
M27: Portsmouth > 50.870,-1.240 > Southampton > 50.940,-1.560
M40: Uxbridge > High Wycombe > Oxford > Bicester > Banbury > Warwick > Solihull > Birmingham
M42: Bromsgrove > Solihull > 52.570,-1.700 > 52.690,-1.560
M50: Worcester > 52.010,-2.400 > 51.930,-2.590
M53: Birkenhead > 53.290,-2.950 > Chester
M54: Wolverhampton > 52.660,-2.280 > Telford
M55: Preston > Blackpool
M56: Stockport > 53.350,-2.420 > Warrington > Chester
M57: Liverpool > 53.450,-2.850 > 53.500,-2.930
M60: Stockport > Oldham > 53.555,-2.200 > 53.540,-2.350 > 53.460,-2.360 > Stockport
M61: Bolton > 53.650,-2.600 > Preston
M62: Liverpool > St Helens > Warrington > Manchester > Rochdale > Huddersfield > Bradford > Leeds > Wakefield > Goole > Hull
M65: Preston > Blackburn > Burnley
M69: Coventry > Hinckley > Leicester
M73: Glasgow > 55.860,-4.070 > Motherwell
M74: Glasgow > Motherwell > Abington > Lockerbie > Gretna
M77: Glasgow > Kilmarnock
M90: Edinburgh > Dunfermline > Perth
M180: Doncaster > Scunthorpe > Grimsby
A1: Barnet > Stevenage > Huntingdon > Peterborough > Grantham > Newark-on-Trent > Worksop > Doncaster > Wakefield > Harrogate > Northallerton > Scotch Corner > Darlington > Durham > Gateshead > Newcastle upon Tyne > Alnwick > Berwick-upon-Tweed > Edinburgh
A2: Greenwich > 51.430,0.250 > Gillingham > Canterbury > Dover
A3: Kingston upon Thames > Guildford > 51.010,-0.940 > Portsmouth
A5: Milton Keynes > Rugby > Hinckley > Cannock > Telford > Shrewsbury > Oswestry > 53.010,-3.480 > Bangor > Holyhead
A9: Stirling > Perth > Pitlochry > Aviemore > Inverness > Tain > Thurso
A10: Enfield > 51.880,-0.020 > Cambridge > 52.400,0.260 > King's Lynn
A11: Cambridge > Thetford > Norwich
A12: Romford > Chelmsford > Colchester > Ipswich > Lowestoft > Great Yarmouth
A13: Ilford > Thurrock > Basildon > Southend-on-Sea
A14: Rugby > Kettering > Huntingdon > Cambridge > Bury St Edmunds > Ipswich > Felixstowe
A15: Peterborough > Spalding > Lincoln > Scunthorpe > Hull
A17: Newark-on-Trent > Boston > King's Lynn
A19: Doncaster > York > Stockton-on-Tees > Middlesbrough > Hartlepool > Sunderland > Newcastle upon Tyne
A21: Bromley > Sevenoaks > Hastings
A23: Croydon > Crawley > Brighton
A27: Eastbourne > Brighton > Worthing > Chichester > Portsmouth
A30: Honiton > Exeter > 50.730,-4.000 > Bodmin > Truro > Penzance
A31: Ringwood > 50.790,-2.080 > Dorchester
A34: Winchester > Newbury > Oxford > Bicester
A35: Bournemouth > Dorchester > Honiton
A36: Southampton > Salisbury > Warminster > Bath > Bristol
A38: Plymouth > Exeter > Taunton > Bridgwater > Bristol > Gloucester > Worcester > Birmingham > Lichfield > Burton upon Trent > Derby > Mansfield
A40: Uxbridge > High Wycombe > Oxford > Cheltenham > Gloucester > Monmouth > Abergavenny > Brecon > Carmarthen > Haverfordwest
A46: Bath > Cheltenham > Warwick > Coventry > Leicester > Newark-on-Trent > Lincoln > Grimsby
A47: Leicester > Peterborough > King's Lynn > Norwich > Great Yarmouth
A48: Swansea > 51.790,-4.060 > Carmarthen
A49: Hereford > Shrewsbury > Warrington > Wigan
A50: Stoke-on-Trent > Burton upon Trent > Derby > Loughborough
A55: Chester > Rhyl > Llandudno Junction > Bangor > Holyhead
A57: Manchester > Sheffield > Worksop > Lincoln
A61: Chesterfield > Sheffield > Barnsley > Wakefield > Leeds > Harrogate
A64: Leeds > York > Scarborough
A65: Leeds > 53.960,-2.020 > Kendal
A66: Workington > Penrith > Scotch Corner > Darlington > Middlesbrough
A69: Carlisle > Hexham > Newcastle upon Tyne
A75: Gretna > Dumfries > Stranraer
A77: Kilmarnock > Ayr > Stranraer
A82: Glasgow > Crianlarich > Fort William > Inverness
A90: Perth > Dundee > Stonehaven > Aberdeen
A96: Aberdeen > Elgin > Inverness
A303: Andover > Warminster > Yeovil > Honiton
A419: Swindon > Cirencester > Gloucester
A465: Hereford > Abergavenny > Merthyr Tydfil > Swansea
A470: Cardiff > Merthyr Tydfil > Brecon > Newtown > Dolgellau > Llandudno Junction
A483: Swansea > Newtown > Oswestry > Wrexham > Chester
A487: Haverfordwest > Aberystwyth > Dolgellau > Bangor
A500: Stoke-on-Trent > Crewe
A52: Derby > Nottingham > Grantham > Boston > Skegness
A6: Luton > Bedford > Kettering > Leicester > Loughborough > Derby > Buxton > Stockport
A421: Milton Keynes > Bedford > 52.230,-0.280
A428: 52.230,-0.280 > Cambridge
A43: Banbury > Northampton > Kettering > Corby
A41: Watford > Hemel Hempstead > Aylesbury > Bicester
A127: Romford > Basildon > Southend-on-Sea
A361: Taunton > Barnstaple
A380: Exeter > Torquay
A7: Carlisle > Galashiels > Edinburgh
A590: Kendal > Barrow-in-Furness
A59: Southport > Preston > Harrogate > York
A34 north: Birmingham > Walsall > Cannock > Stafford > Stoke-on-Trent > Macclesfield > Manchester
A37: Yeovil > Dorchester > Weymouth
A449: Worcester > Kidderminster > Wolverhampton > Stafford
`;

/** The roads of the demonstration, motorways first. A word after the number tells apart two stretches of one road. */
export const ROADS: readonly Road[] = TABLE.trim()
  .split("\n")
  .map((line) => {
    const [name = "", by = ""] = line.split(": ");
    return { name, by: by.split(" > ") };
  });
